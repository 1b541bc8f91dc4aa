import { type Board, quantiles, rate, show, window } from './panel.js';

const edge = 'service=~"gateway|standalone"';

export const loadTestBoard: Board = {
  uid: 'voiceassist-load-test', title: 'Load test', description: 'Under load: how much goes through, how long it takes, and which part is full first?',
  rows: {
    'What goes through': [
      { title: 'Requests at the edge', description: 'All of them.', unit: 'reqps', queries: [rate(`http_server_request_duration_seconds_count{${edge}}`, 'status')] },
      { title: 'Duration at the edge', description: 'Under load the higher quantiles rise first.', unit: 's', queries: quantiles(`http_server_request_duration_seconds{${edge},route!~".*/(stream|progress|ws|completions)$"}`) },
      { title: 'Questions and answers', description: 'They must stay together.', unit: 'ops', queries: [show(`sum(rate(rag_questions_total[${window}]))`, 'asked'), show(`sum(rate(rag_answers_total[${window}]))`, 'answered')] },
      { title: 'First word under load', description: 'For each mode.', unit: 's', queries: quantiles('rag_time_to_first_token_seconds', 'mode') },
      { title: 'Calls on the bus', description: 'Calls for each request at the edge.', unit: 'short', queries: [show(`sum(rate(bus_calls_total{side="server"}[${window}])) / sum(rate(http_server_request_duration_seconds_count{${edge}}[${window}]))`, 'calls')] },
    ],
    'What is full first': [
      { title: 'Fullest event loops', description: 'The three busiest processes.', unit: 'percentunit', queries: [show('topk(3, nodejs_eventloop_utilization_ratio)', '{{service}}')] },
      { title: 'Fullest pools', description: 'The three fullest pools of connections.', unit: 'percentunit', queries: [show('topk(3, service:db_pool_used:ratio)', '{{service}}')] },
      { title: 'Processor for each request', description: 'Seconds of processor for each request at the edge.', unit: 's', queries: [show(`sum by (service) (rate(process_cpu_seconds_total{job="voiceassist"}[${window}])) / scalar(sum(rate(http_server_request_duration_seconds_count{${edge}}[${window}])))`, '{{service}}')] },
      { title: 'Queues', description: 'What waits: events, jobs, queries.', unit: 'short', queries: [show('sum(outbox_backlog)', 'events'), show('sum(jobs{state="queued"})', 'jobs'), show('sum(db_pool_waiting)', 'queries')] },
      { title: 'Failures under load', description: 'Answers of the bus that are not ok.', unit: 'reqps', queries: [rate('bus_calls_total{side="server",code!="ok"}', 'code')] },
    ],
  },
};
