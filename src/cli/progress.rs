//! Stages as they pass: a sentence each, a spinner for slow ones on a terminal, and their times.

use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::Event;

use super::session::Session;

/// A stage that takes longer shows a spinner.
const SLOW: Duration = Duration::from_millis(300);
/// How often the spinner turns.
const TURN: Duration = Duration::from_millis(100);

/// Watches the stages of one command.
pub(super) struct Stages<'s> {
    session: &'s Session,
    current: Option<(&'static str, Instant, Option<Spinner>)>,
    times: Vec<(&'static str, Duration)>,
}

impl<'s> Stages<'s> {
    pub fn new(session: &'s Session) -> Self {
        Self { session, current: None, times: Vec::new() }
    }

    /// Takes an event of the pipeline.
    pub fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Begin(name) => {
                self.end();
                let spinner = (io::stderr().is_terminal() && !self.session.json).then(|| Spinner::start(name));
                self.current = Some((*name, Instant::now(), spinner));
            }
            Event::Progress { done, total } => {
                if let Some((_, _, Some(spinner))) = &self.current {
                    spinner.show(*done, *total);
                }
            }
            Event::End(sentence) => {
                self.end();
                self.session.say(sentence);
            }
        }
    }

    /// Ends the stage at work, also where it stopped without saying so.
    pub fn end(&mut self) {
        if let Some((name, begun, spinner)) = self.current.take() {
            self.times.push((name, begun.elapsed()));
            drop(spinner);
        }
    }

    /// Times of the stages as a table.
    pub fn timings(&self) -> String {
        let mut text = String::new();
        let total: Duration = self.times.iter().map(|(_, time)| *time).sum();
        for (name, time) in self.times.iter().chain([&("total", total)]) {
            let _ = writeln!(text, "{name:<14}{:>9.2} s", time.as_secs_f64());
        }
        text.trim_end().to_owned()
    }
}

/// A spinner that appears once its stage is slow.
struct Spinner {
    sender: Option<Sender<(usize, usize)>>,
    thread: Option<JoinHandle<()>>,
}

impl Spinner {
    fn start(name: &'static str) -> Self {
        let (sender, receiver) = mpsc::channel::<(usize, usize)>();
        let thread = std::thread::spawn(move || {
            let begun = Instant::now();
            let mut last = None;
            loop {
                match receiver.recv_timeout(SLOW.saturating_sub(begun.elapsed())) {
                    Ok(step) => last = Some(step),
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(name);
            loop {
                if let Some((done, total)) = last {
                    bar.set_message(format!("{done} of {total}"));
                }
                bar.tick();
                match receiver.recv_timeout(TURN) {
                    Ok(step) => last = Some(step),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            bar.finish_and_clear();
        });
        Self { sender: Some(sender), thread: Some(thread) }
    }

    fn show(&self, done: usize, total: usize) {
        if let Some(sender) = &self.sender {
            let _ = sender.send((done, total));
        }
    }
}

impl Drop for Spinner {
    /// Clears the line before anything else is written.
    fn drop(&mut self) {
        self.sender.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
