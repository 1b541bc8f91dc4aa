import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

type Action = () => void;

/** Remembers what to do once the outermost transaction of a query runner has committed. */
class CommitWatch implements EntitySubscriberInterface {
  private readonly pending = new WeakMap<QueryRunner, Action[]>();

  add(queryRunner: QueryRunner, action: Action): void {
    const actions = this.pending.get(queryRunner);
    if (actions) actions.push(action);
    else this.pending.set(queryRunner, [action]);
  }

  afterTransactionCommit({ queryRunner }: { queryRunner: QueryRunner }): void {
    if (queryRunner.isTransactionActive) return;
    const actions = this.pending.get(queryRunner) ?? [];
    this.pending.delete(queryRunner);
    for (const action of actions) action();
  }

  afterTransactionRollback({ queryRunner }: { queryRunner: QueryRunner }): void {
    if (!queryRunner.isTransactionActive) this.pending.delete(queryRunner);
  }
}

const watches = new WeakMap<DataSource, CommitWatch>();

function watchOf(dataSource: DataSource): CommitWatch {
  const known = watches.get(dataSource);
  if (known) return known;
  const watch = new CommitWatch();
  dataSource.subscribers.push(watch);
  watches.set(dataSource, watch);
  return watch;
}

/**
 * Runs the action once the manager's transaction has committed, or at once when there is none.
 * A hint only: a process that dies in between never runs it.
 */
export function afterCommit(manager: EntityManager, action: Action): void {
  if (manager.queryRunner?.isTransactionActive) watchOf(manager.dataSource).add(manager.queryRunner, action);
  else action();
}
