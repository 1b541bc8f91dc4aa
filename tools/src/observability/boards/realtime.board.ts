import { type Board, rate, show, window } from './panel.js';

export const realtimeBoard: Board = {
  uid: 'voiceassist-realtime', title: 'Realtime', description: 'Do sockets hold, do streams flow, and are cut answers resumed?',
  rows: {
    Sockets: [
      { title: 'Open sockets', description: 'By process.', unit: 'short', queries: [show('sum by (service) (realtime_sockets)', '{{service}}')] },
      { title: 'Streams', description: 'Answers that flow to sockets now.', unit: 'short', queries: [show('sum by (service) (realtime_streams)', '{{service}}')] },
      { title: 'Opened', description: 'Sockets opened or refused.', unit: 'ops', queries: [rate('realtime_sockets_opened_total', 'outcome')] },
      { title: 'Refused', description: 'Sockets that were not opened, by reason.', unit: 'ops', queries: [rate('realtime_sockets_opened_total{outcome!="opened"}', 'outcome')] },
      { title: 'Closed', description: 'By close code: 1000 and 1001 are goodbyes, 1006 is a break.', unit: 'ops', queries: [rate('realtime_sockets_closed_total', 'code')] },
      { title: 'Broken', description: 'Share of sockets that ended by a break or a fault.', unit: 'percentunit', queries: [show(`(sum(rate(realtime_sockets_closed_total{code=~"1006|1009|1011|4429|other"}[${window}])) or vector(0)) / sum(rate(realtime_sockets_closed_total[${window}]))`, 'share')] },
    ],
    Messages: [
      { title: 'Frames in', description: 'What clients send, by type.', unit: 'ops', queries: [rate('realtime_messages_total{direction="in"}', 'type')] },
      { title: 'Frames out', description: 'What clients receive, by type.', unit: 'ops', queries: [rate('realtime_messages_total{direction="out"}', 'type')] },
      { title: 'Repeated answers', description: 'Questions that came again after a cut and got the answer that was already there.', unit: 'ops', queries: [rate('rag_answers_repeated_total')] },
      { title: 'Memory for each socket', description: 'Resident memory of realtime divided by its sockets.', unit: 'bytes', queries: [show('sum(process_resident_memory_bytes{service="realtime"}) / clamp_min(sum(realtime_sockets), 1)', 'for each socket')] },
    ],
  },
};
