import { parser } from '@prometheus-io/lezer-promql';

export interface Reading {
  /** Names of the metrics that an expression selects. */
  readonly names: ReadonlySet<string>;
  /** Where the grammar was broken; empty for valid PromQL. */
  readonly faults: readonly string[];
}

/** Reads an expression with Prometheus' own grammar. */
export function readExpression(expression: string): Reading {
  const names = new Set<string>();
  const faults: string[] = [];
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) faults.push(`at ${node.from}: ${expression.slice(Math.max(0, node.from - 20), node.to + 20)}`);
      if (node.name === 'VectorSelector') {
        const name = node.node.getChild('Identifier');
        if (name) names.add(expression.slice(name.from, name.to));
      }
    },
  });
  return { names, faults };
}
