package web

import (
	"context"
	"sync"
	"time"
)

const (
	// quick is how long making a value may take to be made anew at each change; where it
	// takes longer it may be behind by lagAge.
	quick  = 20 * time.Millisecond
	lagAge = 2 * time.Second
	// behind is how old a value may be that is shown while another is made, or so many
	// times as long as making it takes.
	behind      = 30 * time.Second
	behindTimes = 60
	making      = time.Minute // how long that may take at most
	// rest is how many times as long as it takes to make a value the program rests before
	// it makes another that nobody has asked for.
	rest = 30
)

// lagging keeps a value that is made of the whole archive. While that is quick it is
// always of the last change. When the archive has grown, readers get the one before, and
// another is made meanwhile. The zero value is empty.
type lagging[T any] struct {
	trust  time.Duration // how long a value without a change is believed; 0: for ever
	reach  time.Duration // how old a value may be that is shown while another is made; 0: behind
	mu     sync.Mutex    // guards the rest
	value  T
	has    bool
	key    [2]int64
	made   time.Time
	took   time.Duration
	begun  bool       // another is being made
	making sync.Mutex // held while one is made: who needs it waits
}

// get returns the value for a key, or one that is a little older.
func (l *lagging[T]) get(ctx context.Context, s *Server, what string, key [2]int64, produce func(context.Context) (T, error)) (T, error) {
	now := s.Now()
	l.mu.Lock()
	age := now.Sub(l.made)
	old := l.key != key || l.isStale(age)
	value, usable := l.value, l.has && (!old || l.took > quick && age >= 0 && (l.key == key || age <= max(behind, l.reach, behindTimes*l.took)))
	start := usable && old && age > lagAge && !l.begun
	l.begun = l.begun || start
	l.mu.Unlock()
	if start {
		go func() { // the reader does not wait for it
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), making)
			defer cancel()
			if _, err := l.produce(ctx, s, key, produce); err != nil {
				s.Log.Warn("a page shows what is older: it could not be made anew", "what", what, "error", err)
			}
		}()
	}
	if usable {
		return value, nil
	}
	return l.produce(ctx, s, key, produce)
}

// prepare makes the value before somebody asks for it: the first, and others when there
// was a change, with a rest between.
func (l *lagging[T]) prepare(ctx context.Context, s *Server, key [2]int64, produce func(context.Context) (T, error)) error {
	l.mu.Lock()
	age := s.Now().Sub(l.made)
	wait := l.has && (l.key == key || age >= 0 && age < max(lagAge, l.reach/4, rest*l.took)) || l.begun
	l.mu.Unlock()
	if wait {
		return nil
	}
	_, err := l.produce(ctx, s, key, produce)
	return err
}

func (l *lagging[T]) produce(ctx context.Context, s *Server, key [2]int64, produce func(context.Context) (T, error)) (T, error) {
	l.making.Lock()
	defer l.making.Unlock()
	begin := s.Now()
	l.mu.Lock()
	value, done := l.value, l.has && l.key == key && !l.isStale(begin.Sub(l.made))
	l.mu.Unlock()
	if done { // by another meanwhile
		return value, nil
	}
	value, err := produce(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun = false
	if err == nil {
		l.value, l.has, l.key, l.made, l.took = value, true, key, s.Now(), s.Now().Sub(begin)
	}
	return value, err
}

func (l *lagging[T]) isStale(age time.Duration) bool {
	return l.trust > 0 && (age < 0 || age > l.trust)
}

// change alters the value that is kept.
func (l *lagging[T]) change(alter func(T) T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.has {
		l.value = alter(l.value)
	}
}

// forget lets the next reader wait for another value.
func (l *lagging[T]) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.has = false
}
