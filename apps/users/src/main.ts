import { runService } from '@voiceassist/kit';
import { UsersModule } from '@voiceassist/service-users';

await runService({ name: 'users', modules: [UsersModule] });
