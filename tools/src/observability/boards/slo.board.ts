import { ratioName, slos, type Slo } from '../slo.js';
import { type Board, type Panel, show } from './panel.js';

const budgetOf = ({ objective }: Slo) => Number((1 - objective).toFixed(6));

function panelsOf(slo: Slo): readonly Panel[] {
  const of = (window: string) => `${ratioName(window)}{slo="${slo.name}"}`;
  const budget = budgetOf(slo);
  return [
    { title: `${slo.title}: promised and kept`, description: `${slo.promise} Share of good events over three days.`, unit: 'percentunit', shape: 'stat', queries: [show(`1 - ${of('3d')}`, 'good')] },
    { title: `${slo.title}: budget left`, description: 'Share of the error budget of thirty days that is left; below 0 the promise is broken.', unit: 'percentunit', shape: 'stat', queries: [show(`1 - ((${slo.bad('30d')}) / (${slo.all('30d')} > 0)) / ${budget}`, 'left')] },
    { title: `${slo.title}: burn rate`, description: 'How many times faster than allowed the budget burns. 14.4 and 6 wake somebody up, 1 makes a ticket.', unit: 'short', queries: ['5m', '1h', '6h', '3d'].map((window) => show(`${of(window)} / ${budget}`, window)) },
    { title: `${slo.title}: bad events`, description: 'Share of bad events over five minutes.', unit: 'percentunit', queries: [show(of('5m'), 'bad')] },
  ];
}

export const sloBoard: Board = {
  uid: 'voiceassist-slo', title: 'Objectives', description: 'Are the promises kept, and how much failure can we still afford this month?',
  rows: { ...Object.fromEntries(slos.map((slo) => [slo.title, panelsOf(slo)])), Alerts: [{ title: 'Alerts that fire', description: 'By severity; the dead man\'s switch always fires.', unit: 'short', queries: [show('count by (severity, alertname) (ALERTS{alertstate="firing"})', '{{severity}} {{alertname}}')] }] },
};
