import { Controller } from '@nestjs/common';
import { realtime } from '@voiceassist/contracts';
import { Handles } from '@voiceassist/messaging';
import { Sockets } from './sockets.service.js';

@Controller()
export class StatisticsHandlers {
  constructor(private readonly sockets: Sockets) {}

  @Handles(realtime.countSockets)
  async count() {
    return { openSockets: this.sockets.count };
  }
}
