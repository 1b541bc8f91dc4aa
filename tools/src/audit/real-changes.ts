import { randomUUID } from 'node:crypto';
import { admin, anonymous, auth, kb, rag, Role, users, type Actor, type ParsedInputOf, type RequestContract, type InputOf, type OutputOf } from '@voiceassist/contracts';
import { AppError, Call } from '@voiceassist/kit';
import type { Blobs } from '@voiceassist/storage';

/** Asks a service of the house as this actor. */
export type Ask = <C extends RequestContract>(contract: C, input: InputOf<C>, call: Call) => Promise<OutputOf<C>>;

interface Changing {
  readonly ask: Ask;
  readonly blobs: Blobs;
}

const password = 'seven brown owls at the harbour';
const now = () => Math.floor(Date.now() / 1_000);
const actorOf = (userId: string): Actor => ({ type: 'user', userId, sessionId: randomUUID(), roles: [...Role.options], factorAt: now() });

const provisioner: Actor = { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: [...Role.options], factorAt: now(), scope: ['people.provision'] };
const scimUser = (displayName: string) => ({ userName: 'provisioned@ward.example', displayName, emails: [{ value: 'provisioned@ward.example', type: 'work', primary: true }] });
const renaming = (value: string) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', path: 'displayName', value }] });

/** Changes one real thing after another, each under a request id `changed <action>`: every operation of kind U that a contract has. */
export class RealChanges {
  private readonly boss = actorOf(randomUUID());
  private person = '';
  private collectionId = '';
  private provisioned = '';
  private groupId = '';

  constructor(private readonly house: Changing) {}

  /** By action; in this order, since one makes what the next one changes. */
  readonly all: Readonly<Record<string, () => Promise<unknown>>> = {
    'users.change-roles': async () => {
      const made = await this.ask(auth.createAccount, { email: 'changed@ward.example', password, displayName: 'Carla Changed', roles: ['nurse'] });
      this.person = made.userId;
      return this.act(users.changeRoles, { userId: this.person, roles: ['viewer'] });
    },
    'users.deactivate': () => this.act(users.deactivateUser, { userId: this.person }),
    'users.activate': () => this.act(users.activateUser, { userId: this.person }),
    'users.change-own': () => this.act(users.changeOwnProfile, { displayName: 'Carla Changed-Twice' }, actorOf(this.person)),
    'users.change-role': async () => {
      const { roleId } = await this.ask(users.defineRole, { name: 'Ward clerk', permissions: ['collections.read'] });
      return this.act(users.changeRole, { roleId, name: 'Ward clerk', permissions: ['collections.read', 'documents.read'] });
    },
    'auth.change-address': () => this.act(auth.changeAddress, { userId: this.person, email: 'moved@ward.example' }, { type: 'service', service: 'users' }),
    'scim.replace-user': async () => {
      this.provisioned = (await this.ask(users.createScimUser, { resource: scimUser('First') }, { actor: provisioner })).id;
      return this.act(users.replaceScimUser, { userId: this.provisioned, resource: scimUser('Second') }, provisioner);
    },
    'scim.patch-user': () => this.act(users.patchScimUser, { userId: this.provisioned, resource: renaming('Third') }, provisioner),
    'scim.replace-group': async () => {
      this.groupId = (await this.ask(users.createScimGroup, { resource: { displayName: 'Ward one' } }, { actor: provisioner })).id;
      return this.act(users.replaceScimGroup, { groupId: this.groupId, resource: { displayName: 'Ward two' } }, provisioner);
    },
    'scim.patch-group': () => this.act(users.patchScimGroup, { groupId: this.groupId, resource: renaming('Ward three') }, provisioner),
    'auth.unlock-account': () => this.act(auth.unlockAccount, { userId: this.person }),
    'auth.reset-factors': () => this.act(auth.resetFactors, { userId: this.person }),
    'auth.change-password': () => this.act(auth.changePassword, { currentPassword: password, newPassword: 'nine grey herons at the harbour' }, actorOf(this.person)),
    'auth.choose-password': async () => {
      await this.ask(auth.sendLink, { userId: this.person, kind: 'password-reset' });
      for (;;) {
        const { links } = await this.ask(auth.listPendingLinks, {});
        const link = links.find(({ userId }) => userId === this.person);
        if (!link) continue; // a job makes it
        const { url } = await this.ask(auth.revealLink, { linkId: link.linkId });
        return this.act(auth.choosePassword, { token: url.split('#')[1] ?? '', newPassword: 'three red kites at the harbour' }, anonymous);
      }
    },
    'auth.review-emergency': async () => {
      // its answer is a token of a session that does not exist here; the access is open all the same
      await this.ask(auth.openEmergency, { collectionId: randomUUID(), reason: 'Unconscious patient, nobody else is here.' }, { actor: actorOf(this.person) }).catch(unlessRefused);
      const { items } = await this.ask(auth.listEmergencies, { pageSize: 100 });
      const opened = items.find(({ userId }) => userId === this.person);
      if (!opened) throw new Error('no emergency access was opened');
      const { emergencyId } = await this.ask(auth.revokeEmergency, { emergencyId: opened.emergencyId });
      return this.act(auth.reviewEmergency, { emergencyId, verdict: 'justified', note: 'Confirmed.' });
    },
    'kb.change-grants': async () => {
      this.collectionId = (await this.ask(kb.createCollection, { name: 'Changed', description: '', grants: { roles: ['nurse'], userIds: [] } })).collectionId;
      return this.act(kb.changeGrants, { collectionId: this.collectionId, grants: { roles: ['clinician'], userIds: [] } });
    },
    'kb.cancel-document': async () => {
      for (;;) {
        const { documentId } = await this.upload();
        const ended = await this.act(kb.cancelDocument, { documentId }).then(() => true, unlessRefused);
        if (ended) return;
      }
    },
    'kb.retry-document': async () => {
      const { items } = await this.ask(kb.listDocuments, { collectionId: this.collectionId });
      const cancelled = items.find(({ stage }) => stage === 'cancelled');
      return this.act(kb.retryDocument, { documentId: cancelled?.documentId ?? '' });
    },
    'rag.rename-conversation': async () => {
      const { conversationId } = await this.ask(rag.createConversation, { title: 'Before' });
      return this.act(rag.renameConversation, { conversationId, title: 'After' });
    },
    'admin.hold-audit': async () => {
      await this.ask(admin.holdAudit, { held: true, reason: 'A test of changes' });
      return this.act(admin.holdAudit, { held: false, reason: 'The test is over' });
    },
  };

  private ask<C extends RequestContract>(contract: C, input: InputOf<C>, { actor = this.boss, requestId = `${randomUUID()}` } = {}): Promise<OutputOf<C>> {
    return this.house.ask(contract, input, Call.begin({ actor, requestId, timeoutMs: 60_000 }));
  }

  private act<C extends RequestContract>(contract: C, input: InputOf<C>, actor: Actor = this.boss): Promise<OutputOf<C>> {
    return this.ask(contract, input, { actor, requestId: `changed ${typeof contract.audit === 'string' ? contract.audit : ''}` });
  }

  private async upload() {
    const bytes = new TextEncoder().encode(`Text of a document ${randomUUID()}. `.repeat(2_000));
    const { key: blobKey, sizeBytes, sha256 } = await this.house.blobs.put([bytes] as never, { maxBytes: 1_000_000 }); // an array of parts is read like a stream of them
    const input: ParsedInputOf<typeof kb.uploadDocument> = { file: { blobKey, fileName: 'changed.txt', sizeBytes, sha256 }, collectionId: this.collectionId };
    return this.ask(kb.uploadDocument, input);
  }
}

function unlessRefused(error: unknown): false {
  if (error instanceof AppError) return false;
  throw error;
}
