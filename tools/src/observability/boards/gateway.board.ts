import { type Board, chosen, quantiles, rate, rateOfFaults, show, window } from './panel.js';

const requests = 'http_server_request_duration_seconds';

export const gatewayBoard: Board = {
  uid: 'voiceassist-gateway', title: 'Gateway and calls', description: 'Rate, errors and duration of every route at the edge and of every subject on the bus.',
  rows: {
    Edge: [
      { title: 'Requests', description: 'By method and class of status.', unit: 'reqps', queries: [rate(`${requests}_count{service=~"gateway|standalone"}`, 'method', 'status')] },
      { title: 'Server errors', description: 'Share of requests answered with 5xx.', unit: 'percentunit', queries: [show(`(sum(rate(${requests}_count{service=~"gateway|standalone",status="5xx"}[${window}])) or vector(0)) / sum(rate(${requests}_count{service=~"gateway|standalone"}[${window}]))`, 'share')] },
      { title: 'Duration', description: 'Of all requests that are not streams.', unit: 's', queries: quantiles(`${requests}{service=~"gateway|standalone",route!~".*/(stream|progress|ws|completions)$"}`) },
      { title: 'Busiest routes', description: 'The ten routes with the most requests.', unit: 'reqps', shape: 'bars', queries: [show(`topk(10, sum by (method, route) (rate(${requests}_count{service=~"gateway|standalone"}[${window}])))`, '{{method}} {{route}}')] },
      { title: 'Slowest routes', description: 'The ten routes with the longest mean.', unit: 's', shape: 'bars', queries: [show(`topk(10, sum by (method, route) (rate(${requests}_sum{service=~"gateway|standalone"}[${window}])) / sum by (method, route) (rate(${requests}_count{service=~"gateway|standalone"}[${window}]) > 0))`, '{{method}} {{route}}')] },
      { title: 'Refused by limits', description: 'Requests over a limit, by limit.', unit: 'reqps', queries: [rate('gateway_rate_limited_total', 'limit')] },
      { title: 'Refusals', description: 'What the gateway refused itself, by code.', unit: 'reqps', queries: [rate('gateway_refusals_total', 'code')] },
    ],
    Bus: [
      { title: 'Calls', description: 'Calls answered by each service.', unit: 'reqps', queries: [rate(`bus_calls_total{side="server",${chosen}}`, 'service')] },
      { title: 'Calls by outcome', description: 'ok, or the code the caller heard.', unit: 'reqps', queries: [rate(`bus_calls_total{side="server",${chosen}}`, 'code')] },
      { title: 'Busiest subjects', description: 'The ten subjects with the most calls.', unit: 'reqps', shape: 'bars', queries: [show(`topk(10, sum by (subject) (rate(bus_calls_total{side="server",${chosen}}[${window}])))`, '{{subject}}')] },
      { title: 'Slowest subjects', description: 'The ten subjects below whose bound nineteen in twenty calls stay.', unit: 's', shape: 'bars', queries: [show(`topk(10, histogram_quantile(0.95, sum by (le, subject) (rate(bus_call_duration_seconds_bucket{side="server",${chosen}}[${window}]))) > 0)`, '{{subject}}')] },
      { title: 'Calls in flight', description: 'Calls that wait for their answer now.', unit: 'short', queries: [show(`sum by (service, side) (bus_calls_in_flight{${chosen}})`, '{{service}} {{side}}')] },
      { title: 'Internal errors', description: 'Failures that no contract declares: bugs.', unit: 'reqps', queries: [rateOfFaults('bus_calls_total{code="INTERNAL"}', 'subject')] },
    ],
  },
};
