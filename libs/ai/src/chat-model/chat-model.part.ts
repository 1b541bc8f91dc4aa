import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { ChatModelConfig } from './chat-model.config.js';
import { ChatModel } from './chat-model.js';
import { openChatModel } from './open-chat-model.js';

class ChatModelPart extends PlatformPart {
  readonly name = 'chat model';
  override readonly configs = [ChatModelConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const config = context.config(ChatModelConfig);
    const model = await openChatModel(config);
    const local = model.describe().kind === 'extractive' || config.LLM_URL === 'scripted:';
    return {
      provides: [{ token: ChatModel, value: model }],
      dependencies: local ? [] : [{ name: 'language model', required: false, check: (signal) => model.check(signal) }],
      close: async () => undefined,
    };
  }
}

/** Gives a service the `ChatModel` that `LLM_URL` names. */
export const chatModelPart = (): PlatformPart => new ChatModelPart();
