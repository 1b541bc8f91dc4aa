import { Controller } from '@nestjs/common';
import { admin } from '@voiceassist/contracts';
import { Handles } from '@voiceassist/messaging';
import { Panel } from './panel.service.js';

@Controller()
export class PanelHandlers {
  constructor(private readonly panel: Panel) {}

  @Handles(admin.readSummary)
  read() {
    return this.panel.summarise();
  }
}
