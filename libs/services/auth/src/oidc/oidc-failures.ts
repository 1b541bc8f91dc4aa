import { oidcOperations } from '@voiceassist/contracts';
import { failure } from '@voiceassist/kit';

const { completeProviderSignIn, linkIdentity, unlinkIdentity, endProviderSessions } = oidcOperations;

export const providerNotFound = () => failure(completeProviderSignIn, 'PROVIDER_NOT_FOUND', 'There is no such way to sign in.');
export const providerUnavailable = () => failure(completeProviderSignIn, 'PROVIDER_UNAVAILABLE', 'The identity provider cannot be reached. Try again later, or sign in another way.');
export const providerRefused = () => failure(completeProviderSignIn, 'PROVIDER_REFUSED', 'The identity provider did not confirm who you are. Begin again.');
export const attemptExpired = () => failure(completeProviderSignIn, 'ATTEMPT_EXPIRED', 'This sign-in was begun elsewhere, or took too long. Begin again.');
/** The same whether an account has that address or not. */
export const identityNotLinked = () => failure(completeProviderSignIn, 'IDENTITY_NOT_LINKED', 'No account here is linked to this identity. If you have an account, sign in to it another way and link the identity in its security settings; otherwise ask an administrator.');
export const accessNotGranted = () => failure(completeProviderSignIn, 'ACCESS_NOT_GRANTED', 'You have no access to VoiceAssist. Ask an administrator.');
export const identityTaken = () => failure(linkIdentity, 'IDENTITY_TAKEN', 'This identity is linked to another account.');
export const tooManyIdentities = (most: number) => failure(linkIdentity, 'TOO_MANY_IDENTITIES', `More than ${most} are not possible. Unlink one first.`);
export const identityNotFound = () => failure(unlinkIdentity, 'IDENTITY_NOT_FOUND', 'There is no such identity.');
export const identityNeeded = () => failure(unlinkIdentity, 'IDENTITY_NEEDED', 'You sign in with this identity alone. Choose a password or add a passkey first.');
export const logoutTokenRefused = () => failure(endProviderSessions, 'LOGOUT_TOKEN_REFUSED', 'The logout token is not valid.');
