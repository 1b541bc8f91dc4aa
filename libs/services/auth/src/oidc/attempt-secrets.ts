import { createHash, createHmac, randomBytes } from 'node:crypto';

const prefix = 'vapt_';

/** 256 random bits that one browser keeps during one sign-in. */
export const newTicket = (): string => prefix + randomBytes(32).toString('base64url');

export const newState = (): string => randomBytes(32).toString('base64url');

export const hashOfSecret = (text: string): Buffer => createHash('sha256').update(text).digest();

const derived = (ticket: string, purpose: string) => createHmac('sha256', ticket).update(purpose).digest('base64url');

/** What proves to the provider, and to us, that both ends of a sign-in are one: made of the ticket, so that the database has neither. */
export const proofsOf = (ticket: string) => ({ nonce: derived(ticket, 'nonce'), verifier: derived(ticket, 'code verifier') });
