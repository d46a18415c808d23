//! Connections opened ahead: where questions follow one another, the way to the next one is opened while one is answered.
//! Each then takes one round trip, not two, and no connection more.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::channel::Channel;
use crate::endpoint::exchange::{Answer, Caller};
use crate::endpoint::patience::Company;

/// The connection for the next question of a chain, once it is open.
#[derive(Default)]
pub(crate) struct Ahead(Mutex<Option<Channel>>);

/// Whether a question of a chain has others after it.
#[derive(Clone, Copy)]
pub(crate) enum Turn<'a> {
    /// It belongs to no chain.
    Alone,
    /// Another question follows, whatever the answer.
    Between(&'a Ahead),
    /// None may follow.
    Last(&'a Ahead),
}

impl Ahead {
    /// Ends a connection that no question was left for: it would keep others from theirs.
    pub(crate) fn close(&self) {
        if let Some(channel) = self.lock().take() {
            channel.abort();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Channel>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.close();
    }
}

impl Turn<'_> {
    /// Ends the connection that was opened for a later question.
    pub(crate) fn close(self) {
        if let Self::Between(ahead) | Self::Last(ahead) = self {
            ahead.close();
        }
    }

    /// The connection that was opened for this question.
    pub(crate) fn opened(self) -> Option<Channel> {
        match self {
            Self::Alone => None,
            Self::Between(ahead) | Self::Last(ahead) => ahead.lock().take(),
        }
    }
}

impl<'a> Caller<'a> {
    /// The same caller, whose questions each have another after them.
    pub(crate) fn in_a_chain(&self, ahead: &'a Ahead) -> Self {
        Self { turn: Turn::Between(ahead), ..self.clone() }
    }

    /// The same caller at what may be the end of its chain.
    pub(crate) fn at_the_end(&self) -> Self {
        let turn = match self.turn {
            Turn::Between(ahead) => Turn::Last(ahead),
            other => other,
        };
        Self { turn, ..self.clone() }
    }

    /// The answer to a question; meanwhile, the way to the next one is opened.
    pub(crate) async fn opening_ahead(&self, answer: impl Future<Output = Answer>) -> Answer {
        let Turn::Between(ahead) = self.turn else { return answer.await };
        if self.patience.is_alone() || !matches!(self.company, Company::Others) {
            return answer.await;
        }
        let (answer, next) = tokio::join!(answer, self.open());
        // Whatever prevents it is met again by the next question.
        if let Ok(channel) = next {
            *ahead.lock() = Some(channel);
        }
        answer
    }
}
