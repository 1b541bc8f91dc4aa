import type ts from 'typescript';
import { DeclaredTypes, type Fault } from './declared-types.js';

export interface Operation {
  /** The path as it is declared, `{collection_name}` and the like in place. */
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: ts.TypeNode | undefined;
  readonly query: ts.TypeNode | undefined;
  readonly answer: ts.TypeNode | undefined;
}

interface Route {
  readonly template: string;
  readonly names: readonly string[];
  readonly pattern: RegExp;
  readonly methods: ReadonlyMap<string, ts.TypeElement>;
}

function routeOf(template: string, methods: Route['methods']): Route {
  const names = [...template.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name ?? '');
  return { template, names, methods, pattern: new RegExp(`^${template.replace(/\{\w+\}/gu, '([^/]+)')}$`, 'u') };
}

/** Numbers and booleans travel as text in a query string. */
function readQueryValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?$/u.test(text) ? Number(text) : text;
}

/** Finds what Qdrant declares for a request, and what is wrong with it. */
export class DeclaredOperations {
  private readonly types = new DeclaredTypes();

  private readonly routes = [...this.types.root('paths')].map(([template, member]) =>
    routeOf(template, this.types.members((member as ts.PropertySignature).type)), // every path is a property
  );

  find(method: string, path: string): Operation | null {
    for (const { template, names, pattern, methods } of this.routes) {
      const match = pattern.exec(path);
      const operation = match && this.types.memberType(methods, method.toLowerCase());
      if (!operation) continue;
      const parameters = Object.fromEntries(names.map((name, position) => [name, decodeURIComponent(match[position + 1] ?? '')]));
      return { template, parameters, ...this.parts(operation) };
    }
    return null;
  }

  private parts(operation: ts.TypeNode): Pick<Operation, 'body' | 'query' | 'answer'> {
    const inside = (type: ts.TypeNode | undefined, ...names: string[]): ts.TypeNode | undefined =>
      names.reduce<ts.TypeNode | undefined>((current, name) => this.types.memberType(this.types.members(current), name), type);
    return {
      body: inside(operation, 'requestBody', 'content', 'application/json'),
      query: inside(operation, 'parameters', 'query'),
      answer: inside(operation, 'responses', '200', 'content', 'application/json'),
    };
  }

  requestFault(operation: Operation, body: unknown, query: URLSearchParams): Fault | null {
    const given = Object.fromEntries([...query].map(([name, text]) => [name, readQueryValue(text)]));
    if (Object.keys(given).length > 0 && !operation.query) return 'no query parameters are declared';
    const queryFault = operation.query ? this.types.fault(operation.query, given, 'query') : null;
    if (queryFault) return queryFault;
    if (!operation.body) return body === undefined ? null : 'no body is declared';
    return this.types.fault(operation.body, body);
  }

  answerFault(operation: Operation, answer: unknown): Fault | null {
    return operation.answer ? this.types.fault(operation.answer, answer, 'answer') : null;
  }
}
