import { expectThat, Hopeless, NotHere, type Check, type Scene } from '../check.js';

const dayMs = 86_400_000;
const modern = ['TLSv1.2', 'TLSv1.3'];

function overTls({ door }: Scene): void {
  if (!door.isHttps) throw new NotHere('the address is not https');
}

export const transport: readonly Check[] = [
  {
    name: 'tls-certificate', promise: 'the certificate is trusted, is for this host and does not end soon',
    async run(scene) {
      overTls(scene);
      const { certificate, distrust } = await scene.door.handshake().catch((error: Error) => {
        throw new Hopeless(`no TLS connection: ${error.message}`);
      });
      if (distrust) throw new Hopeless(`not trusted: ${distrust}`);
      const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / dayMs);
      expectThat(days >= scene.certificateDays, `ends in ${days} days (${certificate.valid_to}); at least ${scene.certificateDays} are asked for`);
      return `${days} days left`;
    },
  },
  {
    name: 'tls-version', promise: 'TLS 1.2 or 1.3 is spoken, and nothing older',
    async run(scene) {
      overTls(scene);
      const { protocol } = await scene.door.handshake();
      expectThat(modern.includes(protocol), `${protocol} was agreed on`);
      const old = await scene.door.handshake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }).catch(() => null);
      expectThat(old === null, `${old?.protocol} is accepted`);
      return `${protocol}, older refused`;
    },
  },
  {
    name: 'https-redirect', promise: 'plain HTTP leads to HTTPS on the same host',
    async run(scene) {
      overTls(scene);
      const { door, plainUrl } = scene;
      const { status, headers } = await door.ask(new URL('/documents?page=2', plainUrl ?? `http://${door.base.hostname}`).href);
      expectThat([301, 302, 307, 308].includes(status), `plain HTTP answers ${status}`);
      const target = headers.get('location') ?? '';
      const at = URL.canParse(target) ? new URL(target) : null;
      expectThat(at?.protocol === 'https:' && at.hostname === door.base.hostname, `leads to ${target || 'nowhere'}`);
      expectThat(at.pathname === '/documents', 'the path is lost on the way');
      return `${status} to https`;
    },
  },
];
