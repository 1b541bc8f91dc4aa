export { RateLimits, type RateLimitDecision, type RateLimitRequest } from './rate-limits.js';
export { rateLimitsPart } from './rate-limits-part.js';
