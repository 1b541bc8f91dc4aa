import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** A fault is where and what, so that a failing test says which field is wrong. */
export type Fault = string;

type Members = ReadonlyMap<string, ts.TypeElement>;

const isNothing = (type: ts.TypeNode): boolean => type.kind === ts.SyntaxKind.LiteralType && (type as ts.LiteralTypeNode).literal.kind === ts.SyntaxKind.NullKeyword;

function unwrapped(type: ts.TypeNode): ts.TypeNode {
  return ts.isParenthesizedTypeNode(type) ? unwrapped(type.type) : type;
}

/** Reading names off the syntax tree is slow, and the same types are asked for again and again. */
function remembered<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const present = known.get(key) ?? { value: compute(key) };
    known.set(key, present);
    return present.value;
  };
}

/** `Record<string, unknown> | null` beside other alternatives is how the generator writes "or null", not "or anything". */
const isNullableMark = remembered((type: ts.TypeNode): boolean => {
  const inner = unwrapped(type);
  return ts.isUnionTypeNode(inner) && inner.types.length === 2 && inner.types.some((one) => ts.isTypeReferenceNode(one) && one.typeName.getText() === 'Record') && inner.types.some(isNothing);
});

/** `A | B`, and the generator's `OneOf<[A, B]>`: our objects take no undeclared field, so at most one of them fits. */
const alternativesOf = remembered((type: ts.TypeNode): readonly ts.TypeNode[] | null => {
  if (ts.isUnionTypeNode(type)) return type.types;
  const [listed] = ts.isTypeReferenceNode(type) && type.typeName.getText() === 'OneOf' ? (type.typeArguments ?? []) : [];
  return listed && ts.isTupleTypeNode(listed) ? listed.elements : null;
});

const membersOf = remembered((elements: readonly ts.TypeElement[]): Members => {
  return new Map(elements.flatMap((one) => (one.name ? [[ts.isStringLiteral(one.name) || ts.isNumericLiteral(one.name) ? one.name.text : one.name.getText(), one] as const] : [])));
});

const keywords: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.StringKeyword]: 'string',
  [ts.SyntaxKind.NumberKeyword]: 'number',
  [ts.SyntaxKind.BooleanKeyword]: 'boolean',
};

/**
 * Checks values against the types that the Qdrant client's package declares. They are generated from Qdrant's published
 * OpenAPI, so what passes here is what the description of that version allows; a field it does not name is a fault.
 */
export class DeclaredTypes {
  private readonly roots: ReadonlyMap<string, Members>;

  constructor() {
    const folder = dirname(createRequire(import.meta.url).resolve('@qdrant/js-client-rest'));
    const file = join(folder, '..', 'types', 'openapi', 'generated_schema.d.ts');
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
    this.roots = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((one) => [one.name.text, membersOf(one.members)]));
  }

  /** The members of `paths`, `operations` or `components`. */
  root(name: string): Members {
    return this.roots.get(name) ?? new Map();
  }

  memberType(members: Members, name: string): ts.TypeNode | undefined {
    const member = members.get(name);
    return member && ts.isPropertySignature(member) ? member.type : undefined;
  }

  /** The members of an object type, references followed; empty for anything else. */
  members(type: ts.TypeNode | undefined): Members {
    if (!type) return new Map();
    const inner = unwrapped(type);
    if (ts.isTypeLiteralNode(inner)) return membersOf(inner.members);
    return ts.isIndexedAccessTypeNode(inner) ? this.members(this.follow(inner)) : new Map();
  }

  /** `components["schemas"]["X"]` and `operations["x"]`. */
  readonly follow = remembered((type: ts.IndexedAccessTypeNode): ts.TypeNode => {
    const index = type.indexType;
    if (!ts.isLiteralTypeNode(index) || !ts.isStringLiteral(index.literal)) throw new Error(`cannot follow ${type.getText()}`);
    const object = type.objectType;
    const members = ts.isTypeReferenceNode(object) ? this.root(object.typeName.getText()) : this.members(object);
    const found = this.memberType(members, index.literal.text);
    if (!found) throw new Error(`nothing is declared as ${type.getText()}`);
    return found;
  });

  /** Null when the value is what the type says. */
  fault(declared: ts.TypeNode, value: unknown, at = 'body'): Fault | null {
    const type = unwrapped(declared);
    if (ts.isIndexedAccessTypeNode(type)) return this.fault(this.follow(type), value, at);
    const alternatives = alternativesOf(type);
    if (alternatives) return this.unionFault(alternatives, value, at);
    if (ts.isArrayTypeNode(type)) return this.listFault(type, value, at);
    if (ts.isTypeLiteralNode(type)) return this.objectFault(type, value, at);
    if (ts.isLiteralTypeNode(type)) return literalFault(type, value, at);
    if (type.kind === ts.SyntaxKind.UnknownKeyword) return null;
    if (ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Record') return value !== null && typeof value === 'object' ? null : `${at} is no object`;
    const keyword = keywords[type.kind];
    if (keyword) return typeof value === keyword && !Number.isNaN(value) ? null : `${at} is no ${keyword}`;
    if (type.kind === ts.SyntaxKind.UndefinedKeyword) return value === undefined ? null : `${at} must be absent`;
    throw new Error(`no rule for ${type.getText()}`);
  }

  private unionFault(types: readonly ts.TypeNode[], value: unknown, at: string): Fault | null {
    if (value === null && types.some(isNullableMark)) return null;
    const others = types.filter((one) => !isNullableMark(one));
    const faults = others.map((one) => this.fault(one, value, at));
    if (faults.includes(null)) return null;
    // the alternative that came furthest explains best
    return faults.reduce((best, fault) => ((fault ?? '').length > (best ?? '').length ? fault : best), faults[0] ?? `${at} fits nothing`);
  }

  private listFault(type: ts.ArrayTypeNode, value: unknown, at: string): Fault | null {
    if (!Array.isArray(value)) return `${at} is no list`;
    for (const [position, item] of value.entries()) {
      const fault = this.fault(type.elementType, item, `${at}[${position}]`);
      if (fault) return fault;
    }
    return null;
  }

  private objectFault(type: ts.TypeLiteralNode, value: unknown, at: string): Fault | null {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return `${at} is no object`;
    const members = membersOf(type.members);
    const index = type.members.find(ts.isIndexSignatureDeclaration);
    for (const [name, item] of Object.entries(value)) {
      const member = this.memberType(members, name) ?? index?.type;
      if (!member) return `${at}.${name} is not declared`;
      const fault = this.fault(member, item, `${at}.${name}`) ?? integerFault(members.get(name), item, `${at}.${name}`);
      if (fault) return fault;
    }
    for (const [name, member] of members) {
      if (!('questionToken' in member && member.questionToken) && !(name in value)) return `${at}.${name} is missing`;
    }
    return null;
  }
}

/** The generator keeps the OpenAPI format as a comment: `Format: uint` is a whole number from 0. */
const lowestInteger = remembered((member: ts.TypeElement): number | null => {
  const comment = member.getFullText().slice(0, member.getLeadingTriviaWidth());
  if (!/Format: u?int/u.test(comment)) return null;
  return comment.includes('Format: uint') ? 0 : -Infinity;
});

function integerFault(member: ts.TypeElement | undefined, value: unknown, at: string): Fault | null {
  const lowest = member && typeof value === 'number' ? lowestInteger(member) : null;
  if (lowest === null) return null;
  return Number.isInteger(value) && (value as number) >= lowest ? null : `${at} is no whole number`;
}

function literalFault(type: ts.LiteralTypeNode, value: unknown, at: string): Fault | null {
  const { literal } = type;
  const allowed = ts.isStringLiteral(literal) ? literal.text : ({ [ts.SyntaxKind.NullKeyword]: null, [ts.SyntaxKind.TrueKeyword]: true, [ts.SyntaxKind.FalseKeyword]: false } as Record<number, unknown>)[literal.kind];
  return value === allowed ? null : `${at} must be ${literal.getText()}`;
}
