import { type Board, rate, show, window } from './panel.js';

export const businessBoard: Board = {
  uid: 'voiceassist-business', title: 'Business', description: 'Is the product used, by how many, with which result, and what does it cost?',
  rows: {
    Today: [
      { title: 'Questions in a day', description: 'Questions asked within the last 24 hours.', unit: 'short', shape: 'stat', queries: [show('sum(increase(rag_questions_total[1d]))', 'questions')] },
      { title: 'People signed in', description: 'Sessions that have not ended.', unit: 'short', shape: 'stat', queries: [show('sum(auth_sessions_active)', 'sessions')] },
      { title: 'Answered from sources', description: 'Share of the answers of the last 24 hours that were supported, wholly or partly.', unit: 'percentunit', shape: 'stat', queries: [show('sum(increase(rag_answers_total{verdict=~"supported|partly"}[1d])) / sum(increase(rag_answers_total{verdict!="stopped"}[1d]))', 'share')] },
      { title: 'Documents ready', description: 'Documents that answers can cite.', unit: 'short', shape: 'stat', queries: [show('sum(kb_documents{state="ready"})', 'documents')] },
      { title: 'Cost of models in a day', description: 'What the model endpoints charged within 24 hours, from the prices in the settings.', unit: 'currencyUSD', shape: 'stat', queries: [show('sum by (model) (increase(ai_model_cost_usd_total[1d]))', '{{model}}')] },
    ],
    Use: [
      { title: 'Questions by mode', description: 'How often people ask, quick and deep.', unit: 'ops', queries: [rate('rag_questions_total', 'mode')] },
      { title: 'Answers by verdict', description: 'What became of the questions.', unit: 'ops', queries: [rate('rag_answers_total', 'verdict')] },
      { title: 'Sign-ins that succeeded', description: 'How people come in.', unit: 'ops', queries: [rate('auth_sign_ins_total{outcome="ok"}', 'method')] },
      { title: 'Bytes uploaded', description: 'Size of the documents that were sent in.', unit: 'Bps', queries: [rate('gateway_upload_bytes_total')] },
      { title: 'Pages read', description: 'Pages that were turned into passages.', unit: 'ops', queries: [rate('kb_pages_read_total')] },
      { title: 'Open sockets', description: 'Pages of the client that are open now.', unit: 'short', queries: [show('sum(realtime_sockets)', 'sockets')] },
      { title: 'Tokens', description: 'What models read and wrote.', unit: 'ops', queries: [show(`sum by (model, direction) (rate(ai_model_tokens_total[${window}]))`, '{{model}} {{direction}}')] },
    ],
  },
};
