import { afterAll, beforeAll, describe } from '@jest/globals';
import { accessAttacks } from './asvs/access.js';
import { headersOfEveryAnswer } from './asvs/headers.js';
import { inputAttacks } from './asvs/inputs.js';
import { limitAttacks } from './asvs/limits.js';
import { messageAttacks } from './asvs/messages.js';
import { Scene } from './asvs/scene.js';
import { sessionAttacks } from './asvs/sessions.js';
import { socketAttacks } from './asvs/sockets.js';
import { tokenAttacks } from './asvs/tokens.js';
import { uploadAttacks } from './asvs/uploads.js';
import { mode } from './house/product.js';

/** The machine-checkable part of OWASP ASVS 5.0, level 2; the table of it is docs/security/asvs.md. */
describe(`attacks by requirement of OWASP ASVS 5.0, ${mode}`, () => {
  let opened: Scene | undefined;
  const scene = (): Scene => {
    if (!opened) throw new Error('the product did not start');
    return opened;
  };

  beforeAll(async () => {
    opened = await Scene.open();
  }, 120_000);
  afterAll(() => opened?.close());

  describe('headers', () => headersOfEveryAnswer(scene));
  describe('tokens', () => tokenAttacks(scene));
  describe('messages', () => messageAttacks(scene));
  describe('sessions', () => sessionAttacks(scene));
  describe('sockets', () => socketAttacks(scene));
  describe('inputs', () => inputAttacks(scene));
  describe('access', () => accessAttacks(scene));
  describe('uploads', () => uploadAttacks(scene));
  describe('limits', () => limitAttacks());
});
