// Package api is the face that programs read: the archive, subscriptions, their alerts
// and deliveries as JSON under /api/v1, described by the OpenAPI document at
// /api/openapi.json.
//
// It decides nothing and keeps nothing. Who asks is found out by the handler around it,
// which also guards host names, and put into the context of the request. Which operation
// he may use is asked of Config.Allow, and whose a thing is is looked at here; that no
// page of another site writes through a reader's browser is held here too.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"edict/account"
	"edict/news"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Subscriptions are kept in a store. All methods may be called at once, and return
// ErrUnavailable while it is away; what one has written is durable when it returns.
type Subscriptions interface {
	// Subscriptions returns all of them, and a number that is another one whenever any
	// has changed.
	Subscriptions(ctx context.Context) ([]news.Subscription, int64, error)
	// Subscription returns one, or ErrNotFound.
	Subscription(ctx context.Context, id string) (news.Subscription, error)
	// SaveSubscription writes one, or returns ErrInvalid.
	SaveSubscription(ctx context.Context, sub news.Subscription) error
	// EditSubscription writes what edit makes of one, in one transaction, and returns
	// it. An error of edit is returned, and nothing is written then. ErrNotFound: there
	// is none.
	EditSubscription(ctx context.Context, id string, edit func(*news.Subscription) error) (news.Subscription, error)
	// RemoveSubscription takes one out for good, or returns ErrNotFound.
	RemoveSubscription(ctx context.Context, id string) error
}

// An Outbox is what was told, and what has become of it. ErrUnavailable: it is away.
type Outbox interface {
	// AlertsBefore returns up to limit alerts of a subscription, the last first: those
	// before one, of which the change and the story are asked, or the last ones.
	AlertsBefore(ctx context.Context, subscription string, before *news.Alert, limit int) ([]news.Alert, error)
	// Deliveries returns those that f selects, the last first.
	Deliveries(ctx context.Context, f news.DeliveryFilter) ([]news.Delivery, error)
	// Delivery returns one by the beginning of its id, with the tries of its message, or
	// ErrNotFound.
	Delivery(ctx context.Context, id string) (news.Delivery, []news.Try, error)
	// Replay lets deliveries that are held or dead be tried again, and returns how many
	// there were. To call it twice does no harm.
	Replay(ctx context.Context, ids []string) (int64, error)
}

// An Archive is what is stored. Its methods only read. ErrUnavailable: it is away.
type Archive interface {
	// Records returns the current records that f selects, newest first by Position.
	Records(ctx context.Context, f news.Filter) ([]news.Record, error)
	// Record returns one, current or not, or ErrNotFound.
	Record(ctx context.Context, id string) (news.Record, error)
	// Story returns one with what analysts decided on it, or ErrNotFound.
	Story(ctx context.Context, id string) (news.Story, error)
	// Sources returns every source that is watched.
	Sources(ctx context.Context) ([]news.Source, error)
}

// A TriedAlert is an alert that a subscription would have been sent.
type TriedAlert struct {
	news.Alert
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Config is what the API needs. All of it but Log is required.
type Config struct {
	Subscriptions Subscriptions
	Outbox        Outbox
	Silences      Silences
	Archive       Archive
	// Check says with ErrInvalid what of a subscription cannot work: words that cannot be
	// read, a channel that there is not.
	Check func(ctx context.Context, sub news.Subscription) error
	// Try says which alerts a subscription would have been sent of what was published
	// since a time, the last first.
	Try func(ctx context.Context, sub news.Subscription, since time.Time) ([]TriedAlert, error)
	// NewID returns an id that nobody can guess.
	NewID func() string
	// Status is the one place where the meaning of an error becomes a status.
	Status func(error) int
	// Problem is the one place where it becomes the type of a problem.
	Problem func(error) string
	// Allow is the one place that says who may use an operation, by its method and path.
	// An operation that it does not know is refused to everybody.
	Allow func(pattern string, who account.Identity) error
	// Webhook is of the type that webhooks post, for the document; nil: it says nothing of them.
	Webhook any
	Log     *slog.Logger
	Now     func() time.Time
}

// A server answers requests.
type server struct {
	Config

	unlisted error // an operation that Allow does not know
}

// maxBody bounds a request, in bytes.
const maxBody = 64 << 10

// New returns the handler of everything under /api/, or ErrInvalid if c lacks what it
// needs.
func New(c Config) (http.Handler, error) {
	if c.Subscriptions == nil || c.Outbox == nil || c.Silences == nil || c.Archive == nil || c.Check == nil || c.Try == nil || c.NewID == nil || c.Status == nil || c.Problem == nil || c.Now == nil || c.Allow == nil {
		return nil, fmt.Errorf("an API without all that it needs: %w", news.ErrInvalid)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{Config: c}
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Edict", "1")
	config.Info.Description = "Which jurisdiction boosts blockchain and which cracks down on crypto mining: the archive, subscriptions, their alerts and deliveries. " +
		"Lists go on with the parameter after, which is the member next of the page before. Errors are RFC 9457 problems. Times are RFC 3339 in UTC."
	// Its pages load from outside addresses, and links to schemas would be in every answer.
	config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", nil
	config.OpenAPIPath = "/api/openapi"
	config.RejectUnknownQueryParameters = true
	config.Transformers = append(config.Transformers, nameProblem, writeLists)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "A token of an account, made on its page or with 'edict tokens add'. Without an account, on the machine itself, nothing is needed."},
		"session": {Type: "apiKey", In: "cookie", Name: "edict_session", Description: "A browser that signed in; __Host-edict_session over https."},
	}
	config.Security = []map[string][]string{{"token": {}}, {"session": {}}, {}}
	api := humago.New(mux, config)
	s.addSubscriptions(api)
	s.addAlerts(api)
	s.addDeliveries(api)
	s.addArchive(api)
	s.addSilences(api)
	if s.unlisted != nil {
		return nil, s.unlisted
	}
	describeWebhooks(api.OpenAPI(), c.Webhook)
	describeAnswers(api.OpenAPI().Components.Schemas.Map())
	mux.HandleFunc("/api/", s.nothing(mux))
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Log.Warn("refused a write from another site", "origin", r.Header.Get("Origin"), "path", r.URL.Path)
		writeProblem(w, http.StatusForbidden, problemType+"foreign-site", "This request was sent by a page of another site.")
	}))
	return crossOrigin.Handler(mux), nil
}

// nothing answers what no operation does.
func (s *server) nothing(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allow []string
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "/api/" && pattern != "" {
				allow = append(allow, method)
			}
		}
		if len(allow) > 0 {
			w.Header().Set("Allow", strings.Join(allow, ", "))
			writeProblem(w, http.StatusMethodNotAllowed, typeOf[http.StatusMethodNotAllowed], "This address answers to "+strings.Join(allow, " and ")+".")
			return
		}
		writeProblem(w, http.StatusNotFound, typeOf[http.StatusNotFound], "There is nothing under this address; /api/openapi.json says what there is.")
	}
}
