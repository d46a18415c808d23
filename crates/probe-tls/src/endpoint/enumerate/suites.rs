//! Cipher suites.

use futures_util::future::join_all;
use tokio::sync::watch;
use vigie_model::Reason;
use vigie_probe::NetError;

use super::groups::takes_any_group;
use super::order::Reversed;
use crate::endpoint::ahead::Ahead;
use crate::endpoint::exchange::{Accepted, Answer, Caller, Offer, Refusal};
use crate::endpoint::facts::{ChosenBy, SuiteList, Version};
use crate::endpoint::hello::groups_offered;
use crate::endpoint::suites::{LONGEST_OFFER, catalogue, transports_by_rsa};
use crate::wire::extension;

/// Bytes that say nothing (RFC 7685): with them a hello is as long as one with the key share of ML-KEM-768, which has
/// 1,184 bytes.
const PADDING: usize = 1200;

/// A version that does not exist.
const NEWER_THAN_ANY: u16 = 0x03ff;

/// The longest records that can be wished for (RFC 6066 section 4).
const OF_4096_BYTES: u8 = 4;

/// The suites that are accepted at one version.
#[derive(Debug)]
pub(crate) struct SuitesSeen {
    /// The answers, in the order in which the server chose.
    pub(crate) picks: Vec<Accepted>,
    /// How the server closed the list; nothing when the list was cut.
    pub(crate) closing: Option<Refusal>,
    /// Why an answer is missing.
    missing: Option<Reason>,
    /// Whose order counts, when it could be told.
    pub(crate) chosen_by: Option<ChosenBy>,
    /// What came of a long hello.
    pub(crate) at_length: AtLength,
    /// Questions that were not needed.
    pub(crate) left: u32,
    /// Lists for which there were too few.
    open: Vec<Vec<u16>>,
    /// All suites of the version, in lists that every known stack bears.
    short_lists: Vec<Vec<u16>>,
    /// Whether a long hello was met with silence.
    is_silent_at_length: bool,
    /// Whether the server accepts no newer version up to TLS 1.2.
    is_newest: bool,
    /// Where it is told which suites are seen, until all are.
    news: Option<watch::Sender<Firsts>>,
}

/// The first accepted hello of each kind that other questions build on: they need not wait for all suites.
#[derive(Debug, Default)]
pub(crate) struct Firsts {
    /// Whose suite goes with any group.
    pub(crate) with_any_group: Option<Accepted>,
    /// Whose suite transports keys by RSA.
    pub(crate) by_rsa: Option<Accepted>,
}

impl Firsts {
    /// Notes an accepted hello; whether it is the first of a kind.
    fn note(&mut self, pick: &Accepted) -> bool {
        let kinds = [
            (&mut self.with_any_group, takes_any_group(pick)),
            (&mut self.by_rsa, transports_by_rsa(pick.hello.suite)),
        ];
        let mut is_first = false;
        for (first, _) in kinds.into_iter().filter(|(first, is_kind)| *is_kind && first.is_none()) {
            *first = Some(pick.clone());
            is_first = true;
        }
        is_first
    }
}

/// The first accepted hello of a kind, as soon as there is one; nothing when all suites were seen and none is.
pub(crate) async fn first_of(
    mut news: watch::Receiver<Firsts>,
    kind: fn(&Firsts) -> Option<&Accepted>,
) -> Option<Accepted> {
    let firsts = news.wait_for(|firsts| kind(firsts).is_some()).await.ok()?;
    kind(&firsts).cloned()
}

/// What comes of a hello as long as those of post-quantum clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtLength {
    /// None was sent.
    NotAsked,
    /// It is answered as shorter ones are.
    Borne {
        /// Also when it claims a version that does not exist.
        newer_version: bool,
        /// The wish for short records in it is heeded.
        short_records: bool,
        /// Also when it comes in two records.
        in_pieces: bool,
    },
    /// It is not, where shorter ones are; only when the list of suites is whole, which ends with a short one.
    NotBorne,
    /// Nothing can be said.
    Unknown(Reason),
}

/// What else a long hello was taken with.
#[derive(Debug, Clone, Copy, Default)]
struct Tried {
    newer_version: bool,
    in_pieces: bool,
}

/// Every suite at a version whose first answer is known, then whose order counts, in so many questions at most. How
/// they are spent depends on the answers alone, never on which came first: the same server gives the same facts. `news`
/// hears of them meanwhile.
///
/// All suites go in one long hello. Some stacks read only the beginning of one, or none of it: what it refuses counts
/// once the server has shown that it reads to the end. Else shorter lists follow.
pub(crate) async fn suites(
    caller: &Caller<'_>,
    version: Version,
    first: &Accepted,
    is_newest: bool,
    questions: u32,
    news: Option<watch::Sender<Firsts>>,
) -> SuitesSeen {
    let short_lists = catalogue(version);
    // Each short list may take a question of its own.
    let reserved = u32::try_from(short_lists.len()).unwrap_or(u32::MAX);
    let left = questions.saturating_sub(reserved);
    let mut seen = SuitesSeen { left, is_newest, news, ..SuitesSeen::beginning_with(first, short_lists) };
    seen.tell(first);
    let ahead = Ahead::default();
    seen.go_through(&caller.to_learn("suites").urgently().in_a_chain(&ahead), version).await;
    seen.news = None;
    seen
}

impl SuitesSeen {
    /// The first answer alone, with no limit to the questions that follow.
    pub(super) fn beginning_with(first: &Accepted, short_lists: Vec<Vec<u16>>) -> Self {
        Self {
            picks: vec![first.clone()],
            closing: None,
            missing: None,
            chosen_by: None,
            at_length: AtLength::NotAsked,
            left: u32::MAX,
            open: Vec::new(),
            short_lists,
            is_silent_at_length: false,
            is_newest: false,
            news: None,
        }
    }

    /// Asks about every suite that is not known yet, and whose order counts.
    pub(super) async fn go_through(&mut self, caller: &Caller<'_>, version: Version) {
        // SSL 3.0 has no extensions, hence no padding: nothing shows that it reads long hellos to their end.
        if version == Version::Ssl30 {
            self.ask_in_short_lists(caller, version).await;
            return self.close(caller, version).await;
        }
        if self.eliminate_at_length(caller, version).await {
            self.settle(caller, version).await;
        } else {
            self.settle_in_short_lists(caller, version).await;
        }
    }

    /// Asks about all suites in one list. False when the server does not answer the first long hello: some stacks bear no
    /// more than 150 suites.
    async fn eliminate_at_length(&mut self, caller: &Caller<'_>, version: Version) -> bool {
        let all = self.not_taken();
        if all.len() > LONGEST_OFFER {
            match caller.ask_about(version, &all).await {
                Answer::Unanswered(NetError::Timeout, None) => self.is_silent_at_length = true,
                Answer::Unanswered(..) => {}
                answer => {
                    if self.take(answer) {
                        self.eliminate(caller, version, all).await;
                    }
                    return true;
                }
            }
            return false;
        }
        self.eliminate(caller, version, all).await;
        true
    }

    /// Goes on with lists that were cut, in so many questions more; gives back those that were not needed.
    pub(crate) async fn go_on(&mut self, caller: &Caller<'_>, version: Version, questions: u32) -> u32 {
        let caller = &caller.to_learn("suites");
        self.left = questions;
        for list in std::mem::take(&mut self.open) {
            self.eliminate(caller, version, list).await;
        }
        self.settle(caller, version).await;
        self.left
    }

    /// Asks about one list until it is closed.
    async fn eliminate(&mut self, caller: &Caller<'_>, version: Version, mut list: Vec<u16>) {
        loop {
            let known = self.codes();
            list.retain(|suite| !known.contains(suite));
            if list.is_empty() {
                return;
            }
            let Some(left) = self.left.checked_sub(1) else {
                self.open.push(list);
                return;
            };
            self.left = left;
            let answer = self.ask_about(caller, version, &list).await;
            if !self.take(answer) {
                return;
            }
        }
    }

    /// Asks about suites, beside the first that was taken.
    async fn ask_about(&self, caller: &Caller<'_>, version: Version, suites: &[u16]) -> Answer {
        let known: Vec<u16> = self.picks.first().map(|pick| pick.hello.suite).into_iter().collect();
        caller.ask_beside(&Offer::new(version, suites), &Offer::new(version, &known)).await
    }

    /// Asks in lists that every known stack bears.
    async fn ask_in_short_lists(&mut self, caller: &Caller<'_>, version: Version) {
        let known = self.codes();
        let left = |list: &Vec<u16>| list.iter().copied().filter(|suite| !known.contains(suite)).collect();
        let lists: Vec<Vec<u16>> =
            self.short_lists.iter().map(left).filter(|list: &Vec<u16>| !list.is_empty()).collect();
        let alone = &caller.at_the_end();
        let heads = join_all(lists.iter().map(|list| self.ask_about(alone, version, list))).await;
        for (list, head) in lists.into_iter().zip(heads) {
            if self.take(head) {
                self.eliminate(caller, version, list).await;
            }
        }
    }

    /// Makes sure of what was refused, and asks whose order counts, once the list is closed.
    async fn settle(&mut self, caller: &Caller<'_>, version: Version) {
        if self.reason().is_some() {
            return;
        }
        let refused = self.not_taken();
        if self.ask_at_length(caller, version, &refused, groups_offered(version)).await.is_err() {
            self.settle_in_short_lists(caller, version).await;
        }
    }

    /// The same of a server that does not read long lists to their end.
    async fn settle_in_short_lists(&mut self, caller: &Caller<'_>, version: Version) {
        if self.short_lists.len() > 1 {
            self.ask_in_short_lists(caller, version).await;
        }
        if self.reason().is_some() {
            return;
        }
        match self.ask_at_length(caller, version, &[], groups_offered(version)).await {
            Ok(_) => {}
            Err(answer) => {
                self.note_length(&answer, Tried::default());
                self.close(caller, version).await;
            }
        }
    }

    /// Asks whose order counts. Where a long hello had no answer, that this short one has shows that its length was the
    /// cause, and not a server that has stopped answering.
    async fn close(&mut self, caller: &Caller<'_>, version: Version) {
        let question = Reversed::of(&self.codes());
        let is_needed = question.head.is_some() || self.at_length == AtLength::NotBorne;
        if self.reason().is_some() || !is_needed {
            return;
        }
        let answer = caller.at_the_end().ask_about(version, &question.suites).await;
        self.chosen_by = question.chooser(&answer);
        if self.at_length == AtLength::NotBorne && !matches!(answer, Answer::Accepted(_)) {
            self.at_length = AtLength::Unknown(answer.reason().unwrap_or(Reason::PeerMisbehaved));
        }
    }

    /// Asks whose order counts in a hello as long as those of post-quantum clients, in which refused suites come first: a
    /// server that takes one of the last has read them all. `Err` when it did not, and nothing is settled.
    ///
    /// The hello comes in two records and, at the newest version up to TLS 1.2, claims a version that does not exist. A
    /// server that does not bear that is asked again without, then with the one and the other.
    pub(super) async fn ask_at_length(
        &mut self,
        caller: &Caller<'_>,
        version: Version,
        refused: &[u16],
        groups: &[u16],
    ) -> Result<Accepted, Answer> {
        let caller = &caller.at_the_end();
        let known = self.codes();
        let question = Reversed::of(&known);
        let suites = [refused, &question.suites].concat();
        let mut more = vec![(extension::PADDING, vec![0; PADDING])];
        if version <= Version::Tls12 {
            more.push((extension::MAX_FRAGMENT_LENGTH, vec![OF_4096_BYTES]));
        }
        let plain = Offer { more: &more, groups, ..Offer::new(version, &suites) };
        let claimed = if self.is_newest { NEWER_THAN_ANY } else { plain.claimed };
        let is_taken = async |offer: Offer<'_>| matches!(caller.ask(&offer).await, Answer::Accepted(_));
        let first = if self.is_silent_at_length { plain } else { Offer { claimed, in_pieces: true, ..plain } };
        let mut answer = caller.ask(&first).await;
        let as_it_was = first.in_pieces && matches!(answer, Answer::Accepted(_));
        let is_silent = matches!(answer, Answer::Unanswered(NetError::Timeout, None));
        // Silence takes time: what comes next is asked plainly, and in short lists.
        self.is_silent_at_length |= is_silent;
        if first.in_pieces && !as_it_was && !is_silent {
            answer = caller.ask(&plain).await;
        }
        match answer {
            Answer::Accepted(pick) if known.contains(&pick.hello.suite) => {
                let newer_version = as_it_was || is_taken(Offer { claimed, ..plain }).await;
                let in_pieces = as_it_was || is_taken(Offer { in_pieces: true, ..plain }).await;
                let answer = Answer::Accepted(pick.clone());
                self.note_length(&answer, Tried { newer_version, in_pieces });
                self.chosen_by = question.chooser(&answer);
                Ok(*pick)
            }
            other => Err(other),
        }
    }

    /// What an answer to a long hello tells, in which something is offered that is taken in shorter ones.
    fn note_length(&mut self, answer: &Answer, Tried { newer_version, in_pieces }: Tried) {
        let short_records = |seen: &Accepted| seen.hello.max_fragment_length;
        self.at_length = match answer {
            Answer::Accepted(seen) => AtLength::Borne { newer_version, short_records: short_records(seen), in_pieces },
            // Without an answer twice, where shorter ones have theirs.
            Answer::Refused(_) | Answer::Unanswered(NetError::Timeout | NetError::Closed, _) => AtLength::NotBorne,
            other => AtLength::Unknown(other.reason().unwrap_or(Reason::Bug)),
        };
    }

    /// Notes one answer; true when the list that it answers may hold more.
    pub(super) fn take(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::Accepted(pick) => {
                self.tell(&pick);
                self.picks.push(*pick);
                return true;
            }
            Answer::Refused(refusal) => self.closing = self.closing.or(Some(refusal)),
            other => self.missing = self.missing.or(other.reason()).or(Some(Reason::Bug)),
        }
        false
    }

    fn tell(&self, pick: &Accepted) {
        if let Some(news) = &self.news {
            news.send_if_modified(|firsts| firsts.note(pick));
        }
    }

    /// Whether questions were lacking.
    pub(crate) fn is_cut(&self) -> bool {
        !self.open.is_empty()
    }

    /// Why there may be more suites than these; nothing when the list is whole.
    pub(crate) fn reason(&self) -> Option<Reason> {
        self.missing.or(self.is_cut().then_some(Reason::Busy))
    }

    /// The codes of the suites.
    pub(crate) fn codes(&self) -> Vec<u16> {
        self.picks.iter().map(|pick| pick.hello.suite).collect()
    }

    /// The suites of the version that were not taken so far.
    pub(super) fn not_taken(&self) -> Vec<u16> {
        let known = self.codes();
        self.short_lists.iter().flatten().copied().filter(|suite| !known.contains(suite)).collect()
    }

    /// What the server would take from a short list, if what was seen tells.
    pub(crate) fn answer_to(&self, list: SuiteList) -> Option<Answer> {
        let pick = self.picks.iter().find(|pick| list.suites().contains(&pick.hello.suite));
        match (pick, self.reason(), self.closing) {
            (Some(pick), ..) => Some(Answer::Accepted(Box::new(pick.clone()))),
            (None, None, Some(refusal)) => Some(Answer::Refused(refusal)),
            (None, ..) => None,
        }
    }
}
