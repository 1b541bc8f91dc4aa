import { Controller } from '@nestjs/common';
import { realtime } from '@voiceassist/contracts';
import { type Call } from '@voiceassist/kit';
import { Handles } from '@voiceassist/messaging';
import { ticketLifetimeMs, Tickets } from './tickets.service.js';

@Controller()
export class TicketHandlers {
  constructor(private readonly tickets: Tickets) {}

  @Handles(realtime.issueTicket)
  async issue(_input: Record<string, never>, call: Call) {
    return { ticket: await this.tickets.issue(call.user), expiresInSeconds: ticketLifetimeMs / 1000 };
  }
}
