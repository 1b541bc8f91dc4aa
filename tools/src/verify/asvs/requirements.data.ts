/**
 * Requirements of OWASP ASVS 5.0.0 of levels 1 and 2, and those of level 3 that a test claims, each as
 * `id | level | what, in our words | standing`. The standing is empty where tests carry the id in their name, `= path …`
 * where a test without ids proves it, `/ reason` where it does not apply, `- reason` where it is not covered. Nobody may
 * write `covered` by hand.
 */
export const requirementLines = String.raw`
1.1.1 | 2 | Input is decoded once, before it is checked | - Fastify decodes an address once and JSON once; no test walks every decoder
1.1.2 | 2 | Output is encoded last, by or for its interpreter | - React, JSON and bound SQL parameters do it; read in review, not tested as such
1.2.1 | 1 | Output is encoded for where it goes: HTML, headers |
1.2.2 | 1 | Addresses are built from encoded parts, with safe schemes only | = libs/services/rag-orchestrator/src/citations/citation-binder.test.ts apps/e2e/src/models.e2e.ts
1.2.3 | 1 | JSON and scripts are built so that data stays data |
1.2.4 | 1 | Database queries are bound, not glued |
1.2.5 | 1 | Commands of the system take no input as text |
1.2.6 | 2 | LDAP injection | / no LDAP
1.2.7 | 2 | XPath injection | / no XPath
1.2.8 | 2 | LaTeX injection | / no LaTeX
1.2.9 | 2 | Input in regular expressions is escaped | - the few expressions built at run time escape; read in review, not tested as such
1.3.1 | 1 | HTML of editors is sanitised | / no input is taken as HTML
1.3.2 | 1 | No code is made of text at run time |
1.3.3 | 2 | What goes into a dangerous context is sanitised first | = libs/services/kb-indexer/src/extraction/extraction.test.ts
1.3.4 | 2 | Uploaded SVG is sanitised | / SVG is refused as an upload (5.2.2)
1.3.5 | 2 | Uploaded Markdown and templates are made harmless |
1.3.6 | 2 | The server fetches no address that a user names |
1.3.7 | 2 | Templates are not built from input | / no template engine
1.3.8 | 2 | JNDI injection | / no Java
1.3.9 | 2 | What goes to memcache is sanitised | / no memcache
1.3.10 | 2 | Format strings | - JavaScript has none that resolve input; log messages are constants that the compiler checks
1.3.11 | 2 | Input cannot inject into mail | = libs/services/auth/src/links/links.test.ts
1.3.12 | 3 | Regular expressions end soon, whatever the text |
1.4.1 | 2 | Memory-safe strings and copies | - JavaScript throughout; native parts (argon2, PGlite) are their makers'
1.4.2 | 2 | Integers do not overflow | - numbers are bounded by the contracts' schemas; not tested as such
1.4.3 | 2 | Memory and resources are released | - garbage collected; streams and handles are closed in tests of their parts
1.5.1 | 1 | XML parsers resolve nothing outside | / no XML is parsed
1.5.2 | 2 | Only expected objects come out of untrusted data |
2.1.1 | 1 | Documented: what valid input is | - docs/reference/openapi.json is generated from the schemas that check; a document, not a test
2.1.2 | 2 | Documented: which combinations make sense | - not documented apart from the schemas
2.1.3 | 2 | Documented: limits per user and in all | - docs/configuration.md lists the limits; a document, not a test
2.2.1 | 1 | Every input is checked against its expected form |
2.2.2 | 1 | It is checked at the server | = libs/services/gateway/src/gateway.test.ts
2.2.3 | 2 | Combinations of fields are checked | = libs/services/auth/src/factors/factors.test.ts
2.3.1 | 1 | Steps of a flow cannot be skipped | = libs/services/auth/src/factors/factors.test.ts
2.3.2 | 2 | Limits of the business hold | = apps/e2e/src/uploads.e2e.ts libs/services/auth/src/api-keys/api-keys.test.ts
2.3.3 | 2 | Acts succeed whole or not at all | = apps/e2e/src/crashes.e2e.ts libs/services/kb-indexer/src/recovery.test.ts
2.3.4 | 2 | Nothing is given away twice by doing things at once | = libs/services/auth/src/accounts/accounts.test.ts
2.4.1 | 2 | Too many calls are slowed down |
3.2.1 | 1 | Answers are not rendered in a wrong context |
3.2.2 | 1 | Text is shown as text by the page |
3.3.1 | 1 | Cookies are Secure, with a prefix |
3.3.2 | 2 | Cookies say SameSite for their purpose |
3.3.3 | 2 | Cookies have the __Host- prefix |
3.3.4 | 2 | The session cookie is HttpOnly and its value goes nowhere else |
3.4.1 | 1 | HSTS for a year, with subdomains |
3.4.2 | 1 | CORS allows listed origins only |
3.4.3 | 2 | A content security policy on every answer |
3.4.4 | 2 | nosniff on every answer |
3.4.5 | 2 | A referrer policy |
3.4.6 | 2 | frame-ancestors on every answer |
3.5.1 | 1 | Requests are known to come from our page |
3.5.2 | 1 | Nothing can be called without a preflight |
3.5.3 | 1 | Safe methods change nothing |
3.5.4 | 2 | Applications on host names of their own | - for whoever installs it: give the product a host of its own
3.5.5 | 2 | Messages between windows are checked |
3.7.1 | 2 | Only supported technology in the page | - React and web standards; nothing else is shipped, and no test says so
3.7.2 | 2 | No redirect to a foreign host |
4.1.1 | 1 | Every body has its right content type |
4.1.2 | 2 | Only pages redirect from HTTP to HTTPS | - TLS and its redirect belong to the proxy in front
4.1.3 | 2 | Users cannot set what a proxy sets |
4.1.4 | 3 | Unused methods are blocked |
4.2.1 | 2 | Messages have one length: no smuggling |
4.3.1 | 2 | GraphQL is bounded | / no GraphQL
4.3.2 | 2 | GraphQL is not introspected | / no GraphQL
4.4.1 | 1 | Sockets over TLS | - TLS belongs to the proxy in front; the page takes wss where it was loaded by https
4.4.2 | 2 | The origin of a socket is checked |
4.4.3 | 2 | Sockets have tokens of their own that obey the rules of sessions |
4.4.4 | 2 | Those tokens come from the signed-in session |
5.1.1 | 2 | Documented: kinds, endings and sizes of files | - docs/guides/documents-and-people.md names kinds and size; the unpacked size is bounded by memory and time and not written there
5.2.1 | 1 | Files of a size that can be worked with |
5.2.2 | 1 | Ending and content of a file fit and are expected |
5.2.3 | 2 | Compressed content is bounded |
5.3.1 | 1 | Uploaded files never run at the server |
5.3.2 | 1 | Paths are made by us, not by file names |
5.3.3 | 3 | Unpacking ignores paths in the file |
5.4.1 | 2 | Names of downloads are ours to check |
5.4.2 | 2 | Names in headers are encoded |
5.4.3 | 2 | Files are scanned for malware | = libs/services/kb-indexer/src/scanning/scanned-ingestion.test.ts
6.1.1 | 1 | Documented: defence against guessing | - docs/security/sign-in.md, a document
6.1.2 | 2 | Documented: words a password may not consist of | - docs/security/sign-in.md, a document
6.1.3 | 2 | Documented: all ways to sign in | - docs/security/sign-in.md, a document
6.2.1 | 1 | Passwords of at least 8, better 15 characters |
6.2.2 | 1 | Passwords can be changed |
6.2.3 | 1 | …with the old one only |
6.2.4 | 1 | Common passwords are refused |
6.2.5 | 1 | No rules of composition | = libs/services/auth/src/passwords/password-rules.test.ts
6.2.6 | 1 | Password fields are masked |
6.2.7 | 1 | Pasting and password managers work |
6.2.8 | 1 | Passwords are taken as they are, whole | = libs/services/auth/src/accounts/accounts.test.ts
6.2.9 | 2 | 64 characters and more are taken |
6.2.10 | 2 | No forced rotation | - there is no such function; nothing to test
6.2.11 | 2 | Words of the context are refused |
6.2.12 | 2 | Breached passwords are refused | = libs/services/auth/src/passwords/passwords.test.ts
6.3.1 | 1 | Guessing is slowed down |
6.3.2 | 1 | No default accounts |
6.3.3 | 2 | More than one factor |
6.3.4 | 2 | All ways to sign in are equally strong | = libs/services/auth/src/factors/factors.test.ts
6.3.8 | 3 | Failures do not tell which accounts exist |
6.4.1 | 1 | First passwords are random and short-lived | 
6.4.2 | 1 | No hints, no secret questions | - there is no such function; nothing to test
6.4.3 | 2 | A reset does not get around the second factor | = libs/services/auth/src/links/links.test.ts
6.4.4 | 2 | A lost factor is replaced with as much proof as it was set up with | = libs/services/auth/src/factors/factors.test.ts
6.5.1 | 2 | Codes are good once | = libs/services/auth/src/factors/factors.test.ts
6.5.2 | 2 | Recovery codes are hashed like passwords | = libs/services/auth/src/factors/factors.test.ts
6.5.3 | 2 | Seeds and codes are truly random | = libs/services/auth/src/factors/totp/totp.test.ts
6.5.4 | 2 | Recovery codes have 20 bits and more | = libs/services/auth/src/factors/totp/totp.test.ts
6.5.5 | 2 | Codes have a short life | - partly: codes of apps change every 30 s and are taken one step before and after, 90 s in all (libs/services/auth/src/factors/totp/totp.test.ts); the requirement says 30 s
6.6.1 | 2 | Codes by telephone | / none by telephone
6.6.2 | 2 | Out-of-band codes belong to their request | / no out-of-band factor
6.6.3 | 2 | Out-of-band codes cannot be guessed | / no out-of-band factor
6.8.1 | 2 | Providers cannot play one another | = libs/services/auth/src/oidc/oidc-attacks.test.ts libs/services/auth/src/oidc/oidc.test.ts
6.8.2 | 2 | Assertions of providers are signed | = libs/services/auth/src/oidc/oidc-attacks.test.ts
6.8.3 | 2 | SAML assertions once | / no SAML
6.8.4 | 2 | Strength that a provider claims is checked | = libs/services/auth/src/oidc/oidc-attacks.test.ts libs/services/auth/src/oidc/oidc.test.ts
7.1.1 | 2 | Documented: idle and absolute limits | - docs/security/sign-in.md, a document
7.1.2 | 2 | Documented: how many sessions at once | - not limited and not documented
7.1.3 | 2 | Documented: federated sessions | - docs/security/sign-in.md, a document
7.2.1 | 1 | Tokens are checked at the server | = libs/messaging/src/identity/identity.test.ts
7.2.2 | 1 | Sessions have tokens made for them |
7.2.3 | 1 | Session tokens are random and long |
7.2.4 | 1 | A new token at every sign-in |
7.3.1 | 2 | Sessions idle out | = libs/services/auth/src/sessions/sessions.test.ts
7.3.2 | 2 | Sessions end at the latest after a time | = libs/services/auth/src/sessions/sessions.test.ts
7.4.1 | 1 | What is ended cannot be used any more |
7.4.2 | 1 | Deactivation ends all sessions |
7.4.3 | 2 | A changed factor ends the other sessions |
7.4.4 | 2 | Signing out is easy to find | = apps/e2e/src/browser.e2e.ts
7.4.5 | 2 | Administrators can end sessions | = libs/services/auth/src/factors/factors.test.ts libs/services/auth/src/sessions/sessions.test.ts
7.5.1 | 2 | Factors are changed only after signing in anew or showing one |
7.5.2 | 2 | People see and end their sessions |
7.5.3 | 3 | Sensitive acts ask for a factor again |
7.6.1 | 2 | Federated sessions end as documented | = libs/services/auth/src/oidc/oidc.test.ts
7.6.2 | 2 | No session without an act of the person | - no way to sign in without a password, passkey or key; nothing to test
8.1.1 | 1 | Documented: who may do what | - docs/security/access-matrix.md is generated from the table that decides
8.1.2 | 2 | Documented: who may see which fields | - not documented by field
8.2.1 | 1 | Functions need a permission |
8.2.2 | 1 | Things need a permission |
8.2.3 | 2 | Fields need a permission |
8.3.1 | 1 | It is decided at the server |
8.3.2 | 3 | Changes of roles count at once |
8.4.1 | 2 | Tenants are apart | / one installation, one hospital: no tenants
9.1.1 | 1 | Tokens are checked by their signature |
9.1.2 | 1 | Algorithms are a closed list |
9.1.3 | 1 | Keys come from where we trust |
9.2.1 | 1 | Tokens count only while they are valid |
9.2.2 | 2 | Tokens count only for their purpose |
9.2.3 | 2 | Tokens count only for their audience |
9.2.4 | 2 | Tokens name their audience | = libs/messaging/src/identity/identity.test.ts
10.1.1 | 2 | Tokens go only where they are needed | - partly: the refresh token is out of reach of scripts, the access token is in the page's memory; there is no backend that holds both
10.1.2 | 2 | Answers belong to the flow that asked | = libs/services/auth/src/oidc/oidc-attacks.test.ts
10.2.1 | 2 | PKCE or state | = libs/services/auth/src/oidc/oidc-attacks.test.ts
10.2.2 | 2 | No mix-up of providers | = libs/services/auth/src/oidc/oidc-attacks.test.ts
10.3.1 | 2 | Access tokens for this audience | = libs/messaging/src/identity/identity.test.ts
10.3.2 | 2 | Decisions follow the claims | = libs/services/gateway/src/gateway.test.ts
10.3.3 | 2 | People are known by what is never given anew | = libs/messaging/src/identity/identity.test.ts
10.3.4 | 2 | Strength of the sign-in is checked where it matters | = libs/services/auth/src/factors/factors.test.ts
10.4.1 | 1 | Redirects of clients are listed | / no authorisation server for others
10.4.2 | 1 | Codes once | / no authorisation server for others
10.4.3 | 1 | Codes are short-lived | / no authorisation server for others
10.4.4 | 1 | Only needed grants | / no authorisation server for others
10.4.5 | 1 | A refresh token that comes back ends its family |
10.4.6 | 2 | PKCE is demanded | / no authorisation server for others
10.4.7 | 2 | Registration of clients | / no authorisation server for others
10.4.8 | 2 | Refresh tokens end at the latest after a time | = libs/services/auth/src/sessions/sessions.test.ts
10.4.9 | 2 | Refresh tokens can be revoked by people | = libs/services/auth/src/sessions/sessions.test.ts
10.4.10 | 2 | Clients authenticate | / no authorisation server for others
10.4.11 | 2 | Only needed scopes | = libs/services/auth/src/api-keys/api-keys.test.ts
10.5.1 | 2 | Nonce of identity tokens | = libs/services/auth/src/oidc/oidc-attacks.test.ts
10.5.2 | 2 | People by subject | = libs/services/auth/src/oidc/oidc.test.ts
10.5.3 | 2 | Issuer of the metadata | = libs/services/auth/src/oidc/oidc-attacks.test.ts
10.5.4 | 2 | Audience of identity tokens | = libs/services/auth/src/oidc/oidc-attacks.test.ts
10.5.5 | 2 | Logout by the provider | = libs/services/auth/src/oidc/oidc-attacks.test.ts libs/services/auth/src/oidc/oidc.test.ts
10.6.1 | 2 | Response modes of a provider | / we are no provider
10.6.2 | 2 | Forced logout at a provider | / we are no provider
10.7.1 | 2 | Consent | / we are no provider
10.7.2 | 2 | Clear consent | / we are no provider
10.7.3 | 2 | Consent can be taken back | / we are no provider
11.1.1 | 2 | Documented: life of keys | - docs/security/encryption.md, a document
11.1.2 | 2 | Documented: inventory of cryptography | - docs/security/encryption.md in part
11.2.1 | 2 | Proven implementations only |
11.2.2 | 2 | Algorithms and keys can be exchanged | = libs/storage/src/blobs/encrypted/encrypted-blobs.test.ts libs/services/auth/src/first-administrator/first-administrator.test.ts
11.2.3 | 2 | 128 bits and more | = libs/messaging/src/identity/identity.test.ts
11.3.1 | 1 | No weak modes |
11.3.2 | 1 | Approved ciphers only |
11.3.3 | 2 | Encrypted data is authenticated | = libs/storage/src/blobs/encrypted/encrypted-blobs.test.ts
11.4.1 | 1 | Approved hashes only |
11.4.2 | 2 | Passwords by a slow hash | = libs/services/auth/src/accounts/accounts.test.ts
11.4.3 | 2 | Hashes that resist collisions |
11.4.4 | 2 | Keys from passwords are stretched | / no key is made of a password
11.5.1 | 2 | Secrets come from the system's random generator |
11.6.1 | 2 | Approved public-key algorithms | = libs/messaging/src/identity/identity.test.ts
12.1.1 | 1 | TLS 1.2 and 1.3 only | - TLS to people belongs to the proxy in front
12.1.2 | 2 | Recommended ciphers | - TLS to people belongs to the proxy in front
12.1.3 | 2 | Client certificates are checked | = tools/src/permissions/nats-permissions.test.ts
12.2.1 | 1 | TLS to everybody outside | - TLS to people belongs to the proxy in front
12.2.2 | 1 | Public certificates | - for whoever installs it
12.3.1 | 2 | Encrypted between all parts | - partly: the message bus runs with TLS (tools/src/permissions/nats-permissions.test.ts); PostgreSQL, Redis and Qdrant take it by their address
12.3.2 | 2 | Clients check certificates | = tools/src/permissions/nats-permissions.test.ts
12.3.3 | 2 | Encrypted between our HTTP services | - the gateway reaches realtime by REALTIME_URL, which may be https
12.3.4 | 2 | Own certificates are trusted one by one | = tools/src/permissions/nats-permissions.test.ts
13.1.1 | 2 | Documented: whom the product talks to | - docs/security/threat-model.md, a document; that the list is whole is tested under 13.2.4
13.2.1 | 2 | Parts authenticate to one another | = tools/src/permissions/nats-permissions.test.ts
13.2.2 | 2 | …with the least rights | = tools/src/permissions/nats-permissions.test.ts
13.2.3 | 2 | …with no default credentials | = tools/src/permissions/nats-permissions.test.ts
13.2.4 | 2 | A list of what may be talked to |
13.2.5 | 2 | …at the server too | - for whoever installs it: an egress rule of the network
13.3.1 | 2 | Secrets are kept in a vault | - secrets come from the environment or files; only the master keys of encryption may lie in Vault or OpenBao (docs/security/encryption.md)
13.3.2 | 2 | Secrets are read by few | = tools/src/permissions/nats-permissions.test.ts
13.4.1 | 1 | No source control is served |
13.4.2 | 2 | No debug mode |
13.4.3 | 2 | No listings of folders |
13.4.4 | 2 | No TRACE |
13.4.5 | 2 | Documentation and numbers only where intended |
13.4.6 | 3 | No versions of parts are shown |
14.1.1 | 2 | Documented: classes of data | - docs/security/phi.md in part
14.1.2 | 2 | Documented: protection of each class | - docs/security/phi.md and encryption.md in part
14.2.1 | 1 | Nothing sensitive in addresses |
14.2.2 | 2 | Nothing sensitive in caches of the server | - answers say no-store; caches of a proxy in front are for whoever installs it
14.2.3 | 2 | Nothing sensitive to third parties | = libs/ai/src/phi-gate/phi-gate.test.ts apps/e2e/src/browser.e2e.ts
14.2.4 | 2 | Protection is as documented | - what encryption.md, audit.md and phi.md promise is tested (at-rest.e2e.ts, canary.e2e.ts, ledger.test.ts), but no document classifies all data yet (14.1.1)
14.2.5 | 3 | What is missing is told as missing, not answered with another file |
14.3.1 | 1 | The browser forgets when the session ends | - the page drops its memory at sign-out; not tested by looking into the browser
14.3.2 | 2 | Answers are not kept by browsers |
14.3.3 | 2 | Nothing sensitive in the browser's storage |
15.1.1 | 1 | Documented: how soon weak components are replaced | - SECURITY.md, a document
15.1.2 | 2 | An inventory of components |
15.1.3 | 2 | Documented: what costs much | - docs/benchmarks.md and docs/configuration.md; a document
15.2.1 | 1 | Components are within those times | - npm audit needs the registry's advisories; run it where there is a network (docs/security/reporting.md)
15.2.2 | 2 | Costly work cannot take the product down |
15.2.3 | 2 | Only what is needed is in the product | - samples are shipped on purpose and marked; test code is compiled beside it and not loaded
15.2.4 | 3 | Components come from where they are expected |
15.3.1 | 1 | Only needed fields are answered |
15.3.2 | 2 | Calls outside follow no redirects |
15.3.3 | 2 | No mass assignment |
15.3.4 | 2 | The client's address cannot be forged |
15.3.5 | 2 | Types are checked, comparisons are strict |
15.3.6 | 2 | No prototype pollution |
15.3.7 | 2 | No parameter pollution |
16.1.1 | 2 | Documented: what is logged where | - not one document yet; docs/guides/operate-distributed.md in part
16.2.1 | 2 | Lines say when, where, who, what |
16.2.2 | 2 | Times are UTC |
16.2.3 | 2 | Logs go only where documented | - a process writes to its standard output alone; where that goes is for whoever installs it
16.2.4 | 2 | Lines can be read by machines |
16.2.5 | 2 | Nothing sensitive in lines |
16.3.1 | 2 | Sign-ins are recorded, failed ones too |
16.3.2 | 2 | Refused attempts are recorded |
16.3.3 | 2 | Attempts to get around are recorded | = libs/services/gateway/src/gateway.test.ts
16.3.4 | 2 | Unexpected failures are recorded | = libs/kit/src/logging/create-logger.test.ts
16.4.1 | 2 | No log injection |
16.4.2 | 2 | Records cannot be changed | = libs/services/admin/src/admin.test.ts
16.4.3 | 2 | Logs go to another system | - for whoever installs it; the audit is chained and signed so that a change shows
16.5.1 | 2 | Failures tell nothing of the inside |
16.5.2 | 2 | Failing parts do not take the product with them | = apps/e2e/src/models.e2e.ts libs/services/rag-orchestrator/src/answers/answers.test.ts
16.5.3 | 2 | Failures close, they do not open |
17.1.1 | 2 | TURN reaches no internal address | / no WebRTC
17.2.1 | 2 | DTLS keys | / no WebRTC
17.2.2 | 2 | DTLS ciphers | / no WebRTC
17.2.3 | 2 | SRTP is authenticated | / no WebRTC
17.2.4 | 2 | Malformed SRTP | / no WebRTC
17.3.1 | 2 | Signalling under flood | / no WebRTC
17.3.2 | 2 | Malformed signalling | / no WebRTC
`;
