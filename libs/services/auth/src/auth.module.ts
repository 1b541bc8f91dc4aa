import { auth } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, IdentityConfig, jobsPart, messagingMigrations, outboxPart } from '@voiceassist/messaging';
import { DataKeyRow, encryptionMigrations, fieldCipherPart, sqlPart } from '@voiceassist/storage';
import { Account } from './accounts/account.entity.js';
import { AccountsHandlers } from './accounts/accounts.handlers.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { AccountsService } from './accounts/accounts.service.js';
import { ApiKeyRow } from './api-keys/api-key.entity.js';
import { ApiKeysHandlers } from './api-keys/api-keys.handlers.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeys } from './api-keys/api-keys.service.js';
import { AccessMetrics } from './access.metrics.js';
import { AuthConfig } from './auth.config.js';
import { EmergenciesRepository } from './emergency/emergencies.repository.js';
import { Emergencies } from './emergency/emergencies.service.js';
import { Emergency } from './emergency/emergency.entity.js';
import { EmergencyHandlers } from './emergency/emergency.handlers.js';
import { CollectionNames } from './emergency/collection-names.js';
import { EmergencyNotice } from './emergency/emergency-notice.js';
import { EmergencyReminders } from './emergency/emergency-reminders.js';
import { PatientPseudonyms } from './emergency/patient-pseudonyms.js';
import { ChallengesRepository } from './factors/challenges/challenges.repository.js';
import { Enrolment } from './factors/enrolment.service.js';
import { FactorChanges } from './factors/factor-changes.service.js';
import { Factor } from './factors/factor.entity.js';
import { FactorPolicy } from './factors/factor-policy.js';
import { FactorProofs } from './factors/factor-proofs.service.js';
import { FactorSignIn } from './factors/factor-sign-in.service.js';
import { FactorsHandlers } from './factors/factors.handlers.js';
import { FactorsRepository } from './factors/factors.repository.js';
import { Passkeys } from './factors/passkeys/passkeys.service.js';
import { RelyingParty } from './factors/passkeys/relying-party.js';
import { RecoveryCodes } from './factors/recovery-codes/recovery-codes.service.js';
import { StepUp } from './factors/step-up.service.js';
import { TotpSecrets } from './factors/totp/totp-secrets.js';
import { FirstAdministrator } from './first-administrator/first-administrator.service.js';
import { firstAdministratorPart } from './first-administrator/first-administrator-state.js';
import { Housekeeping } from './housekeeping.service.js';
import { AuthSecrets } from './keys/auth-secrets.js';
import { KeysHandlers } from './keys/keys.handlers.js';
import { SigningKey } from './keys/signing-key.entity.js';
import { SigningKeys } from './keys/signing-keys.js';
import { SigningKeysRepository } from './keys/signing-keys.repository.js';
import { CreateAuth1763800200000 } from './migrations/1763800200000-create-auth.migration.js';
import { AddFactors1763900000000 } from './migrations/1763900000000-add-factors.migration.js';
import { ExtendSessions1764000000000 } from './migrations/1764000000000-extend-sessions.migration.js';
import { AddAddressAttempts1764000100000 } from './migrations/1764000100000-add-address-attempts.migration.js';
import { AccountLinks } from './links/account-links.service.js';
import { Link } from './links/link.entity.js';
import { LinksHandlers } from './links/links.handlers.js';
import { LinksRepository } from './links/links.repository.js';
import { Links } from './links/links.service.js';
import { Letters } from './mail/letters.service.js';
import { mailPart } from './mail/mail.part.js';
import { MarkGivenPasswords1765100100000 } from './migrations/1765100100000-mark-given-passwords.migration.js';
import { AnnounceEmergencies1765300100000 } from './migrations/1765300100000-announce-emergencies.migration.js';
import { KeepLinksHandedOver1765300000000 } from './migrations/1765300000000-keep-links-handed-over.migration.js';
import { Notices } from './mail/notices.js';
import { AddLinks1764000300000 } from './migrations/1764000300000-add-links.migration.js';
import { AddApiKeys1764000200000 } from './migrations/1764000200000-add-api-keys.migration.js';
import { AddEmergencies1764100000000 } from './migrations/1764100000000-add-emergencies.migration.js';
import { NamePatientsOfEmergencies1765200000000 } from './migrations/1765200000000-name-patients-of-emergencies.migration.js';
import { AddIdentities1764600000000 } from './migrations/1764600000000-add-identities.migration.js';
import { ProviderAttempts } from './oidc/attempts.repository.js';
import { IdentitiesRepository } from './oidc/identities.repository.js';
import { FederatedIdentity } from './oidc/identity.entity.js';
import { OidcHandlers } from './oidc/oidc.handlers.js';
import { oidcPart } from './oidc/oidc.part.js';
import { OwnIdentities } from './oidc/own-identities.service.js';
import { ProviderAccounts } from './oidc/provider-accounts.service.js';
import { ProviderSignIn } from './oidc/provider-sign-in.service.js';
import { ProviderSignOut } from './oidc/provider-sign-out.service.js';
import { BreachedPasswords } from './passwords/breached-passwords.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordPolicy } from './passwords/password-policy.js';
import { PasswordConfig } from './passwords/password.config.js';
import { PasswordsHandlers } from './passwords/passwords.handlers.js';
import { People } from './people/people.js';
import { ProvisioningHandlers } from './provisioning/provisioning.handlers.js';
import { ProvisioningRepository } from './provisioning/provisioning.repository.js';
import { Provisioning } from './provisioning/provisioning.service.js';
import { RegistrationsHandlers } from './registration/registrations.handlers.js';
import { Registrations } from './registration/registrations.service.js';
import { RevocationsHandlers } from './revocations/revocations.handlers.js';
import { RevocationsRepository } from './revocations/revocations.repository.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { RefreshToken } from './sessions/refresh-token.entity.js';
import { Session } from './sessions/session.entity.js';
import { OwnSessions } from './sessions/own-sessions.service.js';
import { RefreshTrade } from './sessions/refresh-trade.js';
import { SessionLimits } from './sessions/session-limits.js';
import { SessionSweeper } from './sessions/session-sweeper.service.js';
import { SessionsHandlers } from './sessions/sessions.handlers.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { AddressAttemptsRepository } from './sign-in/address-attempts.repository.js';
import { AttemptsRepository } from './sign-in/attempts.repository.js';
import { SignInService } from './sign-in/sign-in.service.js';

/** Who somebody is: credentials, sessions, signing keys, revocations. */
@ServiceModule({
  name: 'auth',
  configs: [AuthConfig, PasswordConfig, IdentityConfig],
  uses: [
    busPart(auth.$service),
    sqlPart({
      schema: 'auth',
      entities: [Account, Session, RefreshToken, SigningKey, Factor, ApiKeyRow, Link, Emergency, FederatedIdentity, DataKeyRow],
      migrations: [...messagingMigrations, CreateAuth1763800200000, AddFactors1763900000000, ExtendSessions1764000000000, AddAddressAttempts1764000100000, AddApiKeys1764000200000, AddLinks1764000300000, AddEmergencies1764100000000, AddIdentities1764600000000, MarkGivenPasswords1765100100000, ...encryptionMigrations, NamePatientsOfEmergencies1765200000000, KeepLinksHandedOver1765300000000, AnnounceEmergencies1765300100000],
    }),
    fieldCipherPart(),
    outboxPart(auth.$service),
    mailPart(),
    jobsPart(auth.$service),
    firstAdministratorPart(),
    oidcPart(),
  ],
  controllers: [AccountsHandlers, ApiKeysHandlers, LinksHandlers, ProvisioningHandlers, RegistrationsHandlers, PasswordsHandlers, FactorsHandlers, EmergencyHandlers, OidcHandlers, SessionsHandlers, KeysHandlers, RevocationsHandlers],
  providers: [
    AccountsRepository, SessionsRepository, RevocationsRepository, SigningKeysRepository, AttemptsRepository, AddressAttemptsRepository, ApiKeysRepository, ApiKeys,
    LinksRepository, Links, AccountLinks, Letters, Notices,
    People, PasswordHasher, BreachedPasswords, PasswordPolicy, AuthSecrets, SigningKeys, AccessTokens, SessionLimits, RefreshTrade, SessionsService, OwnSessions, SessionSweeper, SignInService, AccountsService,
    FactorPolicy, FactorsRepository, ChallengesRepository, TotpSecrets, RecoveryCodes, RelyingParty, Passkeys, FactorProofs, FactorSignIn, StepUp, FactorChanges, Enrolment,
    ProvisioningRepository, Provisioning, Registrations,
    EmergenciesRepository, Emergencies, EmergencyNotice, EmergencyReminders, CollectionNames, PatientPseudonyms,
    IdentitiesRepository, ProviderAttempts, ProviderAccounts, ProviderSignIn, ProviderSignOut, OwnIdentities,
    FirstAdministrator, Housekeeping, AccessMetrics,
  ],
})
export class AuthModule {}
