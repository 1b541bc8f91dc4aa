import { VizLegendOptionsBuilder, VizTooltipOptionsBuilder, LegendDisplayMode, LegendPlacement, TooltipDisplayMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as BarsBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import { DashboardBuilder, DashboardCursorSync, QueryVariableBuilder, RowBuilder, VariableRefresh } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Board, Panel } from './panel.js';

/** Name of the data source in `infra/grafana/provisioning`. */
const prometheus = { type: 'prometheus', uid: 'prometheus' };
const boardWidth = 24;
const panelSize = { w: 8, h: 8 };
const statSize = { w: 4, h: 5 };

const lastValue = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
const legend = () => new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true);
const tooltip = () => new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi);

function descriptionOf({ description, needs }: Panel): string {
  return needs ? `${description} Needs ${needs.cluster}.` : description;
}

function builderOf(panel: Panel) {
  switch (panel.shape) {
    case 'stat':
      return new StatBuilder().reduceOptions(lastValue());
    case 'bars':
      return new BarsBuilder().reduceOptions(lastValue());
    default:
      return new SeriesBuilder().legend(legend()).tooltip(tooltip()).fillOpacity(8);
  }
}

const refOf = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** From left to right, line below line; small panels and big ones do not share a line. */
function placesOf(panels: readonly Panel[], top: number): Place[] {
  const places: Place[] = [];
  let next = { x: 0, y: top };
  let height = 0;
  for (const { shape } of panels) {
    const size = shape === 'stat' ? statSize : panelSize;
    if (height !== 0 && (next.x + size.w > boardWidth || size.h !== height)) next = { x: 0, y: next.y + height };
    places.push({ ...next, ...size });
    next = { x: next.x + size.w, y: next.y };
    height = size.h;
  }
  return places;
}

function renderPanel(panel: Panel, place: Place) {
  const isInstant = panel.shape !== undefined && panel.shape !== 'series';
  const targets = panel.queries.map(({ expression, legend: name }, index) => {
    const query = new DataqueryBuilder().refId(refOf(index)).expr(expression).legendFormat(name);
    return isInstant ? query.instant() : query.range();
  });
  return builderOf(panel).gridPos(place).title(panel.title).description(descriptionOf(panel)).unit(panel.unit).datasource(prometheus).noValue('nothing').targets(targets);
}

function serviceVariable() {
  return new QueryVariableBuilder('service').label('Service').datasource(prometheus).query('label_values(up{job="voiceassist"}, service)')
    .refresh(VariableRefresh.OnDashboardLoad).multi(true).includeAll(true).allValue('.*');
}

/** A board as Grafana reads it. */
export function renderBoard(board: Board): string {
  const dashboard = new DashboardBuilder(`VoiceAssist: ${board.title}`).uid(board.uid).description(board.description).tags(['voiceassist'])
    .time({ from: 'now-1h', to: 'now' }).refresh('30s').timezone('browser').readonly().tooltip(DashboardCursorSync.Crosshair).withVariable(serviceVariable());
  let top = 0;
  for (const [title, panels] of Object.entries(board.rows)) {
    dashboard.withRow(new RowBuilder(title).gridPos({ x: 0, y: top, w: boardWidth, h: 1 }));
    const places = placesOf(panels, top + 1);
    panels.forEach((panel, index) => {
      const place = places[index];
      if (place) dashboard.withPanel(renderPanel(panel, place));
    });
    top = Math.max(...places.map(({ y, h }) => y + h));
  }
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`;
}
