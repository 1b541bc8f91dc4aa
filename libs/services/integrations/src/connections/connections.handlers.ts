import { Controller } from '@nestjs/common';
import { integrations, paginationOf, type ParsedInputOf } from '@voiceassist/contracts';
import { Handles } from '@voiceassist/messaging';

@Controller()
export class ConnectionHandlers {
  /** No outside system can be connected yet, so the truthful list is empty. */
  @Handles(integrations.listConnections)
  async list(query: ParsedInputOf<typeof integrations.listConnections>) {
    return { items: [], pagination: paginationOf(query, 0) };
  }
}
