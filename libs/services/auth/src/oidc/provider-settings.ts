import { readFileSync } from 'node:fs';
import { ProviderId, Role } from '@voiceassist/contracts';
import { z } from 'zod';

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  return (protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname))) && search === '' && hash === '' && username === '';
}

/** `service` is for programs, which sign in with keys. */
const PersonRole = Role.exclude(['service']);
const Roles = z.array(PersonRole).max(6);
const Names = z.array(z.string().min(1).max(200)).max(50);
const Host = z.string().regex(/^[a-z0-9.-]+(?::\d+)?$/, 'must be a host name');

const Provider = z.strictObject({
  id: ProviderId,
  /** What the button says. */
  label: z.string().trim().min(1).max(60),
  issuer: z.string().refine(isIssuer, 'must be an https address without query (http for loopback only), exactly as the provider writes it'),
  clientId: z.string().min(1).max(500),
  /** None for a public client, which PKCE alone protects. */
  clientSecret: z.string().min(1).max(2_000).optional(),
  clientAuthentication: z.enum(['basic', 'post']).default('basic'),
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).max(20).default(['openid', 'profile', 'email']).refine((scopes) => scopes.includes('openid'), 'must contain openid'),
  /** How the provider signs; nothing else is accepted, `none` and shared secrets least of all. */
  algorithm: z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']).default('RS256'),
  /** Hosts beside that of the issuer at which the provider answers. */
  hosts: z.array(Host).max(10).default([]),
  groupsClaim: z.string().min(1).max(200).default('groups'),
  /** Roles that a group gives. Roles that are named here, and the default ones, follow the groups at every sign-in. */
  groupRoles: z.record(z.string().min(1).max(300), Roles.min(1)).default({}),
  /** Roles of people in none of these groups; without any they are refused. */
  defaultRoles: Roles.default([]),
  /** Whether somebody whom nobody has linked gets an account of their own. */
  createAccounts: z.boolean().default(false),
  /** Domains of addresses that get an account; any where none is named. */
  emailDomains: z.array(z.string().toLowerCase().regex(/^[a-z0-9.-]+$/)).max(100).default([]),
  /** Takes addresses for proven that the provider does not say to be. */
  emailIsVerified: z.boolean().default(false),
  /** With which of these words the provider says that somebody showed a second factor there. */
  secondFactor: z.strictObject({ acr: Names.default([]), amr: Names.default([]) }).default({ acr: [], amr: [] }),
  /** How long ago, at most, somebody may have signed in at the provider. */
  maxAgeSeconds: z.int().min(0).max(86_400).optional(),
  /** Whether signing out here leads through the sign-out page of the provider, where it has one. */
  signOutThere: z.boolean().default(true),
}).refine(({ groupRoles, defaultRoles, createAccounts }) => !createAccounts || Object.keys(groupRoles).length + defaultRoles.length > 0, 'createAccounts needs groupRoles or defaultRoles');

export type ProviderSettings = z.output<typeof Provider>;

const Providers = z.array(Provider).max(20).superRefine((providers, context) => {
  for (const name of ['id', 'issuer'] as const) {
    const values = providers.map((provider) => provider[name]);
    if (new Set(values).size < values.length) context.addIssue({ code: 'custom', message: `two providers have the same ${name}` });
  }
});

/** Where the fault is and what it is; nothing of what was written, because secrets stand beside it. */
const faultOf = ({ path, message }: z.core.$ZodIssue): string => (path.length > 0 ? `[${path.map(String).join('.')}] ${message}` : message);

function readJson(file: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    const { code } = error as { code?: string }; // the file system says one, the parser none
    return { fault: code === undefined ? 'is not JSON' : `cannot be read (${code})` };
  }
}

/** A file of providers, as it is set: its content, or every fault of it at once. */
export const ProvidersFile = z.string().optional().transform((file, context): readonly ProviderSettings[] => {
  if (file === undefined) return [];
  const read = readJson(file);
  const faults = 'fault' in read ? [read.fault] : [];
  const parsed = 'value' in read ? Providers.safeParse(read.value) : null;
  for (const issue of parsed?.error?.issues ?? []) faults.push(faultOf(issue));
  for (const message of faults) context.addIssue({ code: 'custom', message });
  return parsed?.data ?? [];
});
