import type { Dependency, OpenedPart } from '@voiceassist/kit';
import { PlatformPart } from '@voiceassist/kit';

/** Whether this installation is known to have an account that can sign in. */
export class FirstAdministratorState {
  exists = false;
}

/** Keeps `auth` from reporting ready before anybody can sign in. */
class FirstAdministratorPart extends PlatformPart {
  readonly name = 'first-administrator';

  async open(): Promise<OpenedPart> {
    const state = new FirstAdministratorState();
    return { provides: [{ token: FirstAdministratorState, value: state }], dependencies: [existenceOf(state)], close: async () => {} };
  }
}

function existenceOf(state: FirstAdministratorState): Dependency {
  return {
    name: 'first-administrator',
    required: true,
    check: async () => {
      if (!state.exists) throw new Error('waiting for users to create the first administrator');
    },
  };
}

export const firstAdministratorPart = (): PlatformPart => new FirstAdministratorPart();
