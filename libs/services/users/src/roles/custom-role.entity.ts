import type { Permission } from '@voiceassist/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A role composed of permissions. */
@Entity({ name: 'custom_role' })
export class CustomRoleRow {
  @PrimaryColumn({ name: 'role_id', type: 'uuid' })
  roleId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'text', array: true })
  permissions!: Permission[];
}
