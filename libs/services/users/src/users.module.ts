import { users } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { sqlPart } from '@voiceassist/storage';
import { AccessHandlers } from './access/access.handlers.js';
import { AccessService } from './access/access.service.js';
import { CreateProfiles1763800100000 } from './migrations/1763800100000-create-profiles.migration.js';
import { AllowMoreRoles1764100100000 } from './migrations/1764100100000-allow-more-roles.migration.js';
import { Profile } from './profiles/profile.entity.js';
import { ProfilesHandlers } from './profiles/profiles.handlers.js';
import { ProfilesRepository } from './profiles/profiles.repository.js';
import { ProfilesService } from './profiles/profiles.service.js';

/** People: profiles, roles and whether they are active. */
@ServiceModule({
  name: 'users',
  uses: [
    busPart(users.$service),
    sqlPart({ schema: 'users', entities: [Profile], migrations: [...messagingMigrations, CreateProfiles1763800100000, AllowMoreRoles1764100100000] }),
    outboxPart(users.$service),
  ],
  controllers: [ProfilesHandlers, AccessHandlers],
  providers: [ProfilesRepository, ProfilesService, AccessService],
})
export class UsersModule {}
