// @ts-check
/**
 * A room's state and how each fact changes it: the cases of rooms/state.py, and no others. Pure.
 *
 *   const after = apply(before, event);
 */

/**
 * @typedef {{id: string, title: string, employer: string, place: string, pay_min: number, pay_max: number, pay_unit: string, employment_type: string, headcount: number}} JobCard
 * @typedef {{id: string, person: string, name: string, role: "candidate" | "crew", text: string, at: number, deleted: boolean}} Message
 * @typedef {{id: string, job: string, job_title: string, kind: "interview" | "hire", places: number, claimed: number, opens_at: number, closes_at: number, interviewer: string, closed: boolean, waiting: number, pay_min: number, pay_max: number, pay_unit: string, work_place: string}} OfferCard
 * @typedef {{claim: string, offer: string, place: number, person: string, name: string}} ClaimLine
 */

/**
 * @typedef {object} RoomState
 * @property {"showcase" | "interview"} kind
 * @property {string} title
 * @property {string} employer
 * @property {"waiting" | "live" | "away" | "ended"} phase
 * @property {string} host
 * @property {number} live_since
 * @property {number} admitted_at
 * @property {number} ended_at
 * @property {JobCard | null} pinned
 * @property {JobCard[]} bag
 * @property {Record<string, OfferCard>} offers
 * @property {Message[]} messages
 * @property {Record<string, string>} muted person → name; for the crew
 * @property {ClaimLine[]} winners for the crew
 * @property {Record<string, number>} applications job → count; for the crew
 */

const MESSAGES_SHOWN = 100;

/**
 * @param {RoomState} state
 * @param {any} event
 * @returns {RoomState}
 */
export function apply(state, event) {
  switch (event.type) {
    case "host_came_live":
      return { ...state, phase: "live", host: event.host, live_since: state.live_since || event.at };
    case "host_went_away":
      return { ...state, phase: "away" };
    case "candidate_admitted":
      return { ...state, phase: "live", admitted_at: state.admitted_at || event.at };
    case "room_ended":
      return { ...state, phase: "ended", ended_at: event.at, pinned: null };
    case "job_bagged":
      return { ...state, bag: [...state.bag.filter((job) => job.id !== event.job.id), event.job] };
    case "job_unbagged":
      return { ...state, bag: state.bag.filter((job) => job.id !== event.job), pinned: state.pinned?.id === event.job ? null : state.pinned };
    case "job_pinned":
      return { ...state, pinned: event.job };
    case "job_unpinned":
      return { ...state, pinned: null };
    case "message_posted":
      return { ...state, messages: [...state.messages, event.message].slice(-MESSAGES_SHOWN) };
    case "message_deleted":
      return { ...state, messages: state.messages.map((line) => (line.id === event.message ? { ...line, text: "", deleted: true } : line)) };
    case "person_muted":
      return { ...state, muted: { ...state.muted, [event.person]: event.name } };
    case "person_unmuted": {
      const { [event.person]: _, ...muted } = state.muted;
      return { ...state, muted };
    }
    case "winner_named":
      return { ...state, winners: [...state.winners, event.claim] };
    case "application_received":
      return { ...state, applications: { ...state.applications, [event.job]: event.count } };
    case "offer_opened":
      return { ...state, offers: { ...state.offers, [event.offer.id]: event.offer } };
    case "place_claimed":
      return changeOffer(state, event.offer, { claimed: event.claimed });
    case "offer_closed":
      return changeOffer(state, event.offer, { closed: true });
    case "stood_by":
    case "place_passed_on":
      return changeOffer(state, event.offer, { waiting: event.waiting });
    case "place_freed":
      return changeOffer(state, event.offer, { claimed: event.claimed, closed: !event.is_open });
    case "winner_left":
      return { ...state, winners: state.winners.filter((line) => line.claim !== event.claim) };
    default:
      return state; // a newer server says something this page cannot show
  }
}

/**
 * @param {RoomState} state
 * @param {string} id
 * @param {Partial<OfferCard>} change
 * @returns {RoomState}
 */
function changeOffer(state, id, change) {
  const offer = state.offers[id];
  return offer ? { ...state, offers: { ...state.offers, [id]: { ...offer, ...change } } } : state;
}
