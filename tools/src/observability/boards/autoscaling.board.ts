import { type Board, show, window } from './panel.js';

const state = { cluster: 'kube-state-metrics' } as const;
const containers = { cluster: 'cAdvisor' } as const;

export const autoscalingBoard: Board = {
  uid: 'voiceassist-autoscaling', title: 'Autoscaling', description: 'In a cluster: how many replicas are there, how many are wanted, and what drives them?',
  rows: {
    Replicas: [
      { title: 'Replicas', description: 'Present and wanted.', unit: 'short', queries: [show('sum by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas)', '{{horizontalpodautoscaler}} present'), show('sum by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_desired_replicas)', '{{horizontalpodautoscaler}} wanted')], needs: state },
      { title: 'At the ceiling', description: '1 when no more replicas are allowed.', unit: 'percentunit', queries: [show('kube_horizontalpodautoscaler_status_current_replicas / kube_horizontalpodautoscaler_spec_max_replicas', '{{horizontalpodautoscaler}}')], needs: state },
      { title: 'Unavailable replicas', description: 'Of each deployment.', unit: 'short', queries: [show('sum by (deployment) (kube_deployment_status_replicas_unavailable)', '{{deployment}}')], needs: state },
      { title: 'Restarts', description: 'Containers that were started again.', unit: 'short', queries: [show('sum by (container) (increase(kube_pod_container_status_restarts_total[1h]))', '{{container}}')], needs: state },
      { title: 'Pods that wait', description: 'Pods for which there is no room.', unit: 'short', queries: [show('sum by (phase) (kube_pod_status_phase{phase="Pending"})', '{{phase}}')], needs: state },
      { title: 'Disruptions allowed', description: 'How many pods may go at once; 0 holds up the change of a node.', unit: 'short', queries: [show('min by (poddisruptionbudget) (kube_poddisruptionbudget_status_pod_disruptions_allowed)', '{{poddisruptionbudget}}')], needs: state },
    ],
    'What drives them': [
      { title: 'Processor of containers', description: 'Cores in use.', unit: 'short', queries: [show(`sum by (container) (rate(container_cpu_usage_seconds_total{container!=""}[${window}]))`, '{{container}}')], needs: containers },
      { title: 'Held back', description: 'Share of the periods in which a container wanted more processor than its limit.', unit: 'percentunit', queries: [show(`sum by (container) (rate(container_cpu_cfs_throttled_periods_total[${window}])) / sum by (container) (rate(container_cpu_cfs_periods_total[${window}]))`, '{{container}}')], needs: containers },
      { title: 'Memory of containers', description: 'Working set.', unit: 'bytes', queries: [show('sum by (container) (container_memory_working_set_bytes{container!=""})', '{{container}}')], needs: containers },
      { title: 'Answers under way for each process', description: 'What rag-orchestrator scales by beside the processor.', unit: 'short', queries: [show('avg(rag_answers_in_flight)', 'answers')] },
      { title: 'Sockets for each process', description: 'What realtime scales by beside the processor.', unit: 'short', queries: [show('avg(realtime_sockets)', 'sockets')] },
      { title: 'Jobs for each process', description: 'What kb-indexer scales by beside the processor.', unit: 'short', queries: [show('sum(jobs{service="kb-indexer",state="queued"})', 'queued')] },
      { title: 'Calls in flight for each process', description: 'What the other services scale by beside the processor.', unit: 'short', queries: [show('avg by (service) (bus_calls_in_flight{side="server"})', '{{service}}')] },
    ],
  },
};
