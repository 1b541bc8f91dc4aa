const form = /^vault\+(https?):\/\/([^/?#@]+)\/([A-Za-z0-9_/-]+)\/([a-z0-9][a-z0-9-]{0,23})$/;
const thisMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

/** Where a Transit key is: server, mount and name. */
export interface TransitAddress {
  readonly server: string;
  readonly mount: string;
  readonly key: string;
}

/** Reads `vault+https://host/mount/key`; null for anything else. Without TLS only this machine may be named (an agent beside the process). */
export function parseTransitUrl(url: string): TransitAddress | null {
  const [, scheme = '', host = '', mount = '', key = ''] = form.exec(url) ?? [];
  if (host === '' || (scheme === 'http' && !thisMachine.test(host))) return null;
  return { server: `${scheme}://${host}`, mount, key };
}
