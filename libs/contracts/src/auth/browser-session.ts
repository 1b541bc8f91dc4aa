/**
 * With this header our page says that its refresh token travels in a cookie that no script can read. The gateway then
 * puts `refreshTokenInCookie` where the token would stand in answers, and takes the cookie where a request needs one.
 */
export const webClientHeader = { name: 'x-voiceassist-client', value: 'web' } as const;

/** Stands for a refresh token that only the browser holds. */
export const refreshTokenInCookie = 'in-cookie';
