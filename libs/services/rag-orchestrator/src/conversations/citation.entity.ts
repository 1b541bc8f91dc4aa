import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A passage as it was when the answer used it; it stays readable when the document changes. */
@Entity({ name: 'citation' })
export class CitationRow {
  @PrimaryColumn({ name: 'message_id', type: 'uuid' })
  messageId!: string;

  @PrimaryColumn({ type: 'integer' })
  number!: number;

  @Column({ name: 'passage_id', type: 'uuid' })
  passageId!: string;

  @Column({ name: 'document_id', type: 'uuid' })
  documentId!: string;

  @Column({ name: 'collection_id', type: 'uuid' })
  collectionId!: string;

  @Column({ name: 'document_title', type: 'text' })
  documentTitle!: string;

  @Column({ name: 'document_version', type: 'integer' })
  documentVersion!: number;

  @Column({ type: 'integer' })
  page!: number;

  @Column({ type: 'text', nullable: true })
  heading!: string | null;

  @Column({ type: 'text' })
  quote!: string;

  @Column({ name: 'range_start', type: 'integer' })
  rangeStart!: number;

  @Column({ name: 'range_end', type: 'integer' })
  rangeEnd!: number;

  @Column({ type: 'double precision' })
  score!: number;
}
