import { z } from 'zod';
import { flag, setting, type SettingFault } from '@voiceassist/kit';

/**
 * What happens to personal health information before a text leaves for a provider: it goes as it is (`allow`), it goes with
 * placeholders that are turned back in the answer (`mask`), or the text does not go at all (`block`).
 */
export const PhiPolicy = z.enum(['allow', 'mask', 'block']);
export type PhiPolicy = z.infer<typeof PhiPolicy>;

export const phiPolicySetting = (provider: string) =>
  setting(PhiPolicy.optional(), `What happens to personal health information before it is sent to ${provider}: \`allow\`, \`mask\` (placeholders, turned back in the answer) or \`block\`. Outside this machine \`block\` unless set, and \`allow\` needs the recorded agreement; on this machine \`allow\` unless set.`);
export const agreementSetting = (provider: string) =>
  setting(flag(false), `States that a business associate agreement with ${provider} is on record. Without it \`allow\` is refused for a provider outside this machine.`);

const loopback = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** The host a URL of a provider names; null for one inside the process such as `local:`. */
export function hostOf(url: string): string | null {
  const address = url.replace(/^openai:/, '');
  return /^https?:/.test(address) ? new URL(address).hostname : null;
}

/** Whether what is sent to the host stays on this machine. Private networks do not count as this machine. */
export const isThisMachine = (host: string): boolean => loopback.test(host);

export interface PhiRule {
  readonly host: string;
  readonly policy: PhiPolicy;
  /** Something leaves the machine. */
  readonly outside: boolean;
}

export interface PolicySettings {
  /** The provider as configured, for example `https://host/v1`. */
  readonly url: string;
  readonly policy: PhiPolicy | undefined;
  readonly agreementOnRecord: boolean;
}

/** The rule for a provider; null when nothing leaves the process, faults when the settings are not to be had together. */
export function phiRule({ url, policy, agreementOnRecord }: PolicySettings, names: { readonly policy: string; readonly agreement: string }): PhiRule | readonly SettingFault[] | null {
  const host = hostOf(url);
  if (host === null) return null;
  const outside = !isThisMachine(host);
  if (outside && policy === 'allow' && !agreementOnRecord) {
    return [{ name: names.policy, problem: `allow sends personal health information out of this machine: it needs ${names.agreement}=true, which states that a business associate agreement is on record; mask and block do without` }];
  }
  return { host, outside, policy: policy ?? (outside ? 'block' : 'allow') };
}
