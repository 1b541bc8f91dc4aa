import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Call } from '@voiceassist/kit';
import { asHolder, newcomer, signInAdministrator, startHouse, stranger, type House } from './house.js';

/** A failure with that code. */
export const code = (expected: string) => expect.objectContaining({ code: expected });
/** The secret of the link in a letter. */
export const linkOf = (body = '') => /https:\/\/assistant\.h\.example\/link#(val_[\w-]{43})/.exec(body)?.[1] ?? 'no link';
export const someone = () => `${randomUUID()}@h.example`;
export const password = 'eleven silver kettles boil';

/** A house in which links are sent or shown. */
export class Scene {
  constructor(readonly house: House, private readonly token: string) {}

  static async open(environment: Record<string, string> = {}): Promise<Scene> {
    const house = await startHouse({ PUBLIC_URL: 'https://assistant.h.example', JOBS_RETRY_MS: '20', ...environment });
    return new Scene(house, (await signInAdministrator(house)).accessToken);
  }

  async administrator(): Promise<Call> {
    const call = await asHolder(this.house, this.token);
    return call.with({ actor: { ...call.user, factorAt: Math.floor(Date.now() / 1_000) } });
  }

  newcomer() {
    return newcomer(this.house, this.token);
  }

  async invite(email: string) {
    return this.house.auth.inviteUser({ email, displayName: 'Ada', roles: ['clinician'] }, await this.administrator());
  }

  forget(email: string) {
    return this.house.auth.requestPasswordReset({ email }, stranger());
  }

  choose(token: string, newPassword = password) {
    return this.house.auth.choosePassword({ token, newPassword }, stranger());
  }

  login(email: string, given = password, clientDevice?: string) {
    return this.house.auth.login({ email, password: given }, stranger().with({ clientDevice }));
  }
}
