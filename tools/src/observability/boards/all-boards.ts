import { answersBoard } from './answers.board.js';
import { autoscalingBoard } from './autoscaling.board.js';
import { businessBoard } from './business.board.js';
import { deliveryBoard } from './delivery.board.js';
import { gatewayBoard } from './gateway.board.js';
import { knowledgeBoard } from './knowledge.board.js';
import { loadTestBoard } from './load-test.board.js';
import type { Board, Panel } from './panel.js';
import { realtimeBoard } from './realtime.board.js';
import { securityBoard } from './security.board.js';
import { servicesBoard } from './services.board.js';
import { sloBoard } from './slo.board.js';
import { storesBoard } from './stores.board.js';

export const boards: readonly Board[] = [
  businessBoard, answersBoard, knowledgeBoard, realtimeBoard, gatewayBoard, servicesBoard, deliveryBoard, storesBoard, securityBoard, sloBoard, loadTestBoard, autoscalingBoard,
];

export const panelsOf = (board: Board): readonly Panel[] => Object.values(board.rows).flat();
