import {
  BbbError,
  fold,
  isMemberDraw,
  rootKey,
  unitUniform,
  type Draw,
  type MemberDraw,
  type Model,
  type ModelWeight,
  type ParamSpec,
} from '@bbb/core';

/**
 * The name of a member's parameter or weight in an ensemble.
 *
 * @param member from 0
 * @param name of the parameter or weight in the member itself
 */
export function memberName(member: number, name: string): string {
  return `members.${member}.${name}`;
}

/**
 * The entries of one member, under their names in the member itself.
 *
 * @param all entries of all members, under the names of {@link memberName}
 * @param member from 0
 * @param one the model of a member, which lists the names
 */
export function ofMember<T>(
  all: Readonly<Record<string, T>>,
  member: number,
  { params }: Pick<Model, 'params'>,
): Record<string, T> {
  const own = params.flatMap(({ name }): [string, T][] => {
    const value = all[memberName(member, name)];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(own);
}

/**
 * Several copies of one model, each with its own parameters. There is no mean network: a draw is a draw of one member, and a key picks a random
 * member.
 *
 * @param one the model of a member
 * @param members how many there are
 */
export function memberModel(one: Model, members: number): Model {
  if (one.weights) {
    throw new BbbError('E_OPTIONS', 'The members of an ensemble can not be ensembles themselves.', {
      hint: 'Make one ensemble of the inner method, with the total number of members.',
    });
  }
  const each = Array.from({ length: members }, (_, member) => member);
  return {
    architecture: one.architecture,
    params: each.flatMap((member) => paramsOf(one, member)),
    weights: each.flatMap((member) => weightsOf(one, member)),
    stochastic: members > 1 || one.stochastic,
    hasMean: false,
    ...(one.plainDraws === false ? { plainDraws: false } : {}),
    init: (key) =>
      Object.fromEntries(
        each.flatMap((member) =>
          Object.entries(one.init(fold(key, 'member', member))).map(
            ([name, x]) => [memberName(member, name), x] as const,
          ),
        ),
      ),
    draws: (count, key) =>
      each.flatMap((member) =>
        drawsOf(one, count, fold(key, 'member', member)).map((of) => ({ member, of })),
      ),
    draw(params, draw) {
      const { member, of } = memberDraw(one, members, draw);
      if (!(Number.isInteger(member) && member >= 0 && member < members)) throw noMember(member, members);
      return one.draw(ofMember(params, member, one), of === 'mean' ? standIn(one) : of);
    },
    posterior: (params) =>
      each.flatMap((member) =>
        one.posterior(ofMember(params, member, one)).map((own) => ({
          ...own,
          name: memberName(member, own.name),
          member,
          of: own.name,
        })),
      ),
  };
}

/** The parameters of one member. */
function paramsOf(one: Model, member: number): ParamSpec[] {
  return one.params.map(({ name, weight, ...spec }) => ({
    ...spec,
    name: memberName(member, name),
    ...(weight === undefined ? {} : { weight: memberName(member, weight) }),
  }));
}

/** The weight tensors of one member. */
function weightsOf({ architecture }: Model, member: number): ModelWeight[] {
  return architecture.weights.map((spec) => ({
    ...spec,
    name: memberName(member, spec.name),
    member,
    of: spec.name,
  }));
}

/** The draw as one of a member: a key picks a random member. */
function memberDraw(one: Model, members: number, draw: Draw): MemberDraw {
  if (draw === 'mean') {
    throw new BbbError('E_DRAW', 'An ensemble has no mean network.', {
      hint: 'Average the predictions of the draws that model.draws() returns.',
    });
  }
  if (isMemberDraw(draw)) return draw;
  return {
    member: Math.floor(unitUniform(draw) * members),
    of: one.stochastic ? fold(draw, 'of') : 'mean',
  };
}

/** The draws of a member. A member that is a point has only one. */
function drawsOf(one: Model, count: number, key: Parameters<Model['draws']>[1]): readonly Draw[] {
  return one.stochastic || one.hasMean === false ? one.draws(count, key) : ['mean'];
}

/** The mean of a member; for a member without a mean network, always the same draw. */
function standIn(one: Model): Draw {
  return one.hasMean === false ? rootKey(0) : 'mean';
}

function noMember(member: number, members: number): BbbError {
  return new BbbError('E_DRAW', `There is no member ${member} in an ensemble of ${members}.`, {
    hint: 'Members are counted from 0. Pass a draw that model.draws() returned.',
  });
}
