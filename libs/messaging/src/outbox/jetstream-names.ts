/** The one stream that carries every event of the house. */
export const eventStream = 'VA_EVENTS';

/** Name of the durable consumer through which a service hears one kind of event. */
export const durableOf = (service: string, subject: string): string => `${service}__${subject.replaceAll('.', '_')}`;
