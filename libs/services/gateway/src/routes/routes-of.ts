import type { CallableContract, CatalogueEntry, HttpRoute } from '@voiceassist/contracts';

/** The public side of one operation. */
export interface Route {
  readonly service: string;
  readonly operation: string;
  readonly contract: CallableContract;
  readonly http: HttpRoute;
}

/** Every operation that can be reached from outside. Throws when a contract between services has a public route. */
export function routesOf(entries: readonly CatalogueEntry[]): Route[] {
  return entries.flatMap(({ service, operation, contract }) => {
    if (contract.verb !== 'request' && contract.verb !== 'stream') return [];
    if (!contract.http) return [];
    if (contract.access === 'service') throw new Error(`${service}.${operation} is for services only and must not have a public route`);
    return [{ service, operation, contract, http: contract.http }];
  });
}

/** Whether the fields of an operation travel as a JSON body. */
export const sendsBody = ({ method }: HttpRoute): boolean => method !== 'GET' && method !== 'DELETE';

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`);

/** Finds which methods a path answers, so that a wrong method is not told as an unknown path. */
export class PathTable {
  private readonly entries: readonly { readonly pattern: RegExp; readonly method: string }[];

  constructor(routes: readonly Route[]) {
    this.entries = routes.map(({ http }) => ({ pattern: patternOf(http.path), method: http.method }));
  }

  methodsOf(path: string): string[] {
    return [...new Set(this.entries.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  }
}
