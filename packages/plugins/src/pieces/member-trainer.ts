import {
  fold,
  type MadeMethod,
  type Params,
  type StepResult,
  type StepTurn,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import { memberName, ofMember } from './members.js';

/**
 * Trains every member with its own step on each minibatch, and with its own noise. A member takes the steps of a few minibatches before the
 * next member's turn. One trainer serves all members: it holds only scratch memory, so an ensemble needs no more of it than one member.
 * The loss of a step, and the complexity cost, are means over the members.
 *
 * @param made the model and the trainer of one member
 * @param members how many there are
 */
export function memberTrainer({ model, trainer }: MadeMethod, members: number): Trainer {
  const each = Array.from({ length: members }, (_, member) => member);
  const mean = (value: (member: number) => number): number =>
    each.reduce((sum, member) => sum + value(member), 0) / members;
  const paramsOf = (params: Params, member: number): Params => ofMember(params, member, model);
  const stateOf = ({ params, moments, step }: TrainingState, member: number): TrainingState => ({
    params: paramsOf(params, member),
    moments: ofMember(moments, member, model),
    step,
  });
  const steps = (state: TrainingState, turns: readonly StepTurn[]): StepResult[] => {
    const results = each.map((member) => memberSteps(trainer, stateOf(state, member), member, turns));
    state.step += turns.length;
    return turns.map((_, turn) => ({
      nll: mean((member) => results[member]![turn]!.nll),
      error: mean((member) => results[member]![turn]!.error),
    }));
  };
  return {
    init: (params) => ({
      params,
      moments: Object.fromEntries(
        each.flatMap((member) =>
          Object.entries(trainer.init(paramsOf(params, member)).moments).map(
            ([name, own]) => [memberName(member, name), own] as const,
          ),
        ),
      ),
      step: 0,
    }),
    step: (state, batch, context) => steps(state, [{ batch, context }])[0]!,
    steps,
    complexityCost: (params, key) =>
      mean((member) => trainer.complexityCost(paramsOf(params, member), fold(key, 'member', member))),
    // A sum, because a step follows the gradient of each member's own cost.
    ...(trainer.cost
      ? {
          cost: (params, batch, key) =>
            members *
            mean((member) => trainer.cost!(paramsOf(params, member), batch, fold(key, 'member', member))),
        }
      : {}),
    ...(trainer.epochEnd
      ? {
          epochEnd: (state, end) =>
            each.forEach((member) =>
              trainer.epochEnd!(stateOf(state, member), { ...end, key: fold(end.key, 'member', member) }),
            ),
        }
      : {}),
    ...(trainer.finish
      ? {
          finish: (params, examples, key) =>
            each.forEach((member) =>
              trainer.finish!(paramsOf(params, member), examples, fold(key, 'member', member)),
            ),
        }
      : {}),
    dispose: () => trainer.dispose(),
  };
}

/** All steps of one member: its weights and moments are read into the cache once for all of them. */
function memberSteps(
  trainer: Trainer,
  own: TrainingState,
  member: number,
  turns: readonly StepTurn[],
): StepResult[] {
  return turns.map(({ batch, context }) =>
    trainer.step(own, batch, { ...context, key: fold(context.key, 'member', member) }),
  );
}
