#ifndef LASTWORD_H
#define LASTWORD_H
/*
 * lastword - what a program says that cannot go on at all.
 *
 * The files of an index are read where the system maps them.  Where one is cut
 * short meanwhile, or the disk fails, there is no error to be returned: the system
 * sends a signal.  And a call of Xapian's may never come back.  Then this has the
 * last word: a line on standard error and an exit status like any other's, in place
 * of a signal's death.
 */
#ifdef __cplusplus
extern "C" {
#endif

/* Once, when the language of messages is known; program: its name. */
void lastword_prepare(const char *program);

/* For a child whose parent tells how it ended: signals end it as they do. */
void lastword_none(void);

/* From here on a call of Xapian's that takes so many seconds of processor, twice at
 * most, ends the program: a time limit.  The longest that was asked for counts. */
void lastword_watch(unsigned seconds);

/* Xapian's calls: how deep inside, and which (xap.hh counts). */
extern volatile unsigned lastword_inside, lastword_turn;

#ifdef __cplusplus
}
#endif
#endif
