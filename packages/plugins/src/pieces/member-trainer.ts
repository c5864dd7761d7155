import { fold, type MadeMethod, type Params, type Trainer, type TrainingState } from '@bbb/core';
import { memberName, ofMember } from './members.js';

/**
 * Trains every member with its own step on each minibatch, and with its own noise. One trainer serves all members: it holds only scratch memory,
 * so an ensemble needs no more of it than one member. The loss of a step, and the complexity cost, are means over the members.
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
    step(state, batch, context) {
      const results = each.map((member) =>
        trainer.step(stateOf(state, member), batch, { ...context, key: fold(context.key, 'member', member) }),
      );
      state.step++;
      return { nll: mean((member) => results[member]!.nll), error: mean((member) => results[member]!.error) };
    },
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
