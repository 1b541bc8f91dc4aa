import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { ChatModelConfig } from './chat-model.config.js';
import { ChatModel } from './chat-model.js';
import type { AuditNoter } from '../phi-gate/noted.phi-decisions.js';
import { openPhiDecisions } from '../phi-gate/open-phi-decisions.js';
import { openChatModel } from './open-chat-model.js';

class ChatModelPart extends PlatformPart {
  readonly name = 'chat model';
  override readonly configs = [ChatModelConfig];

  constructor(private readonly note: AuditNoter | undefined) {
    super();
  }

  async open(context: PartContext): Promise<OpenedPart> {
    const config = context.config(ChatModelConfig);
    const model = await openChatModel(config, openPhiDecisions(this.note));
    const local = model.describe().kind === 'extractive' || config.LLM_URL === 'scripted:';
    return {
      provides: [{ token: ChatModel, value: model }],
      dependencies: local ? [] : [{ name: 'language model', required: false, check: (signal) => model.check(signal) }],
      close: async () => undefined,
    };
  }
}

/** Gives a service the `ChatModel` that `LLM_URL` names, behind the gate for personal health information; `note` writes its decisions into the audit row of a call. */
export const chatModelPart = ({ note }: { note?: AuditNoter } = {}): PlatformPart => new ChatModelPart(note);
