import { users } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { sqlPart } from '@voiceassist/storage';
import { AccessHandlers } from './access/access.handlers.js';
import { AccessService } from './access/access.service.js';
import { CreateProfiles1763800100000 } from './migrations/1763800100000-create-profiles.migration.js';
import { AllowMoreRoles1764100100000 } from './migrations/1764100100000-allow-more-roles.migration.js';
import { AddCustomRoles1764100200000 } from './migrations/1764100200000-add-custom-roles.migration.js';
import { AddProvisioning1765100000000 } from './migrations/1765100000000-add-provisioning.migration.js';
import { Profile } from './profiles/profile.entity.js';
import { ProfilesHandlers } from './profiles/profiles.handlers.js';
import { ProfilesRepository } from './profiles/profiles.repository.js';
import { ProfilesService } from './profiles/profiles.service.js';
import { CustomRoleRow } from './roles/custom-role.entity.js';
import { CustomRolesRepository } from './roles/custom-roles.repository.js';
import { CustomRoles } from './roles/custom-roles.service.js';
import { RolesHandlers } from './roles/roles.handlers.js';
import { ScimConfig } from './scim/scim.config.js';
import { ScimGroupsRepository } from './scim/scim-groups.repository.js';
import { ScimGroups } from './scim/scim-groups.service.js';
import { ScimHandlers } from './scim/scim.handlers.js';
import { ScimUsersRepository } from './scim/scim-users.repository.js';
import { ScimUsers } from './scim/scim-users.service.js';

/** People: profiles, roles and whether they are active. */
@ServiceModule({
  name: 'users',
  configs: [ScimConfig],
  uses: [
    busPart(users.$service),
    sqlPart({ schema: 'users', entities: [Profile, CustomRoleRow], migrations: [...messagingMigrations, CreateProfiles1763800100000, AllowMoreRoles1764100100000, AddCustomRoles1764100200000, AddProvisioning1765100000000] }),
    outboxPart(users.$service),
  ],
  controllers: [ProfilesHandlers, AccessHandlers, RolesHandlers, ScimHandlers],
  providers: [ProfilesRepository, ProfilesService, AccessService, CustomRolesRepository, CustomRoles, ScimUsersRepository, ScimUsers, ScimGroupsRepository, ScimGroups],
})
export class UsersModule {}
