import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyHelmetOptions } from '@fastify/helmet';

const plainHost = /^(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d+)?$/i;

/** The page's own sockets, spelled out for browsers in which `'self'` does not cover them. */
function socketsOf(request: IncomingMessage, _response: ServerResponse): string {
  const host = request.headers.host ?? '';
  return plainHost.test(host) ? `ws://${host} wss://${host}` : "'self'";
}

/** Only what our own page needs: its scripts, the worker and WebAssembly decoders of pdf.js, styles, pictures, its interface. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    'default-src': ["'self'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'"],
    'script-src-attr': ["'none'"],
    'worker-src': ["'self'", 'blob:'],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'", 'data:', 'blob:'],
    'media-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", socketsOf],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
};

/** Security headers of every answer, refusals included. */
export const securityHeaders = {
  contentSecurityPolicy,
  strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
} satisfies FastifyHelmetOptions;

/** Devices that the page may use: the microphone for dictation, nothing else. */
export const permissionsPolicy = 'camera=(), geolocation=(), microphone=(self), payment=(), usb=()';
