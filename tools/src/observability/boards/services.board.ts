import { type Board, chosen, mean, rate, show, window } from './panel.js';

export const servicesBoard: Board = {
  uid: 'voiceassist-services', title: 'Services', description: 'Use, saturation and errors of each process: is it there, ready, and can it breathe?',
  rows: {
    State: [
      { title: 'Answering', description: '1 when Prometheus could read the numbers of the process.', unit: 'bool_yes_no', shape: 'stat', queries: [show(`up{job="voiceassist",${chosen}}`, '{{service}}')] },
      { title: 'Ready', description: '1 when the process can do its work.', unit: 'bool_yes_no', shape: 'stat', queries: [show(`service_ready{${chosen}}`, '{{service}}')] },
      { title: 'Dependencies', description: '0 where a dependency is down.', unit: 'bool_yes_no', queries: [show(`min by (service, dependency) (dependency_up{${chosen}})`, '{{service}} {{dependency}}')] },
      { title: 'Time of dependency checks', description: 'How long each dependency took to answer its check.', unit: 's', queries: [show(`max by (service, dependency) (dependency_check_duration_seconds{${chosen}})`, '{{service}} {{dependency}}')] },
      { title: 'Version', description: 'Which version each process runs.', unit: 'none', shape: 'stat', queries: [show(`max by (service, version) (build_info{${chosen}})`, '{{service}} {{version}}')] },
      { title: 'Running since', description: 'When each process was started.', unit: 'dateTimeFromNow', shape: 'stat', queries: [show(`process_start_time_seconds{job="voiceassist",${chosen}} * 1000`, '{{service}}')] },
    ],
    Use: [
      { title: 'Processor', description: 'Cores in use by each process.', unit: 'short', queries: [rate(`process_cpu_seconds_total{job="voiceassist",${chosen}}`, 'service')] },
      { title: 'Memory', description: 'Resident memory.', unit: 'bytes', queries: [show(`process_resident_memory_bytes{job="voiceassist",${chosen}}`, '{{service}}')] },
      { title: 'Heap', description: 'Share of the heap that Node may use.', unit: 'percentunit', queries: [show(`nodejs_heap_used_bytes{${chosen}} / nodejs_heap_limit_bytes{${chosen}}`, '{{service}}')] },
      { title: 'Open files', description: 'File descriptors, sockets included.', unit: 'short', queries: [show(`process_open_fds{job="voiceassist",${chosen}}`, '{{service}}')] },
      { title: 'Handles', description: 'Sockets, timers, files and other things that keep the process awake.', unit: 'short', queries: [show(`nodejs_active_resources{${chosen}}`, '{{service}}')] },
    ],
    Saturation: [
      { title: 'Event loop lag', description: 'How late one in a hundred turns of the event loop is.', unit: 's', queries: [show(`nodejs_eventloop_lag_seconds{quantile="0.99",${chosen}}`, '{{service}}')] },
      { title: 'Event loop in use', description: 'Share of the time in which the loop works.', unit: 'percentunit', queries: [show(`nodejs_eventloop_utilization_ratio{${chosen}}`, '{{service}}')] },
      { title: 'Garbage collection', description: 'Mean pause by kind.', unit: 's', queries: [mean('nodejs_gc_duration_seconds', 'kind')] },
      { title: 'Time in garbage collection', description: 'Share of the time spent collecting.', unit: 'percentunit', queries: [show(`sum by (service) (rate(nodejs_gc_duration_seconds_sum{${chosen}}[${window}]))`, '{{service}}')] },
      { title: 'Database connections', description: 'Share of each pool that is in use.', unit: 'percentunit', queries: [show(`service:db_pool_used:ratio{${chosen}}`, '{{service}}')] },
      { title: 'Waiting for a connection', description: 'Queries that wait until a connection is free.', unit: 'short', queries: [show(`sum by (service) (db_pool_waiting{${chosen}})`, '{{service}}')] },
    ],
  },
};
