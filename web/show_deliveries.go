package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"edict/news"
)

const deliveriesPath = "/deliveries"

// deliveriesView is the page of what is on its way and what has come of it.
type deliveriesView struct {
	Rows                  []deliveryRow
	States                []segment
	Subscriptions         []formChoice // to choose from; nil where they are too many
	Channels              []formChoice
	State                 string
	Chosen                []chosenFilter
	Clear, Older, Newest  string
	Back                  string // the page itself
	Said                  string
	CanReplay, CanDropAny bool
}

// A chosenFilter is one filter, with the address of the page without it.
type chosenFilter struct{ What, Value, Without string }

// A deliveryRow is one delivery.
type deliveryRow struct {
	ID, Link           string
	Created, Next      moment
	Sent               moment
	State              stateName
	Title, Record      string
	Lang               string
	Subscription, Name string // its address, and the name
	Channel            string
	OfSubscription     string // address of all deliveries of it
	OfChannel          string
	Attempts           int
	Answer             string
	Failed             bool
	CanReplay, CanDrop bool
}

// deliveriesAtOnce is how many stand on one page.
const deliveriesAtOnce = 50

// mostToChoose is how many subscriptions or channels a list offers.
const mostToChoose = 100

func readDeliveryFilter(v url.Values) (f news.DeliveryFilter, err error) {
	f = news.DeliveryFilter{Subscription: v.Get("subscription"), Channel: v.Get("channel"), State: news.DeliveryState(v.Get("state")), Limit: deliveriesAtOnce + 1}
	if _, known := deliveryLooks[f.State]; f.State != "" && !known {
		return f, fmt.Errorf("state %q is none of waiting, held, sent, dead: %w", cut(string(f.State), 20), news.ErrInvalid)
	}
	if f.Subscription != "" && !idForm.MatchString(f.Subscription) {
		return f, fmt.Errorf("%q is not the id of a subscription: %w", cut(f.Subscription, 60), news.ErrInvalid)
	}
	if raw := v.Get("after"); raw != "" {
		f.After, err = readPosition(raw)
	}
	return f, err
}

// deliveriesAt is the address of the deliveries that f selects, from the newest on.
func deliveriesAt(f news.DeliveryFilter) string {
	v := url.Values{}
	for name, value := range map[string]string{"subscription": f.Subscription, "channel": f.Channel, "state": string(f.State)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return deliveriesPath
	}
	return deliveriesPath + "?" + v.Encode()
}

func (s *Server) showDeliveries(r *http.Request) (view, error) {
	f, err := readDeliveryFilter(r.URL.Query())
	if err != nil {
		return view{}, err
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	subs, _, err := s.Alerts.Subscriptions.Subscriptions(r.Context())
	if err != nil {
		return view{}, fmt.Errorf("list the subscriptions: %w", err)
	}
	list, err := s.Alerts.Outbox.Deliveries(r.Context(), f)
	if err != nil {
		return view{}, fmt.Errorf("list deliveries: %w", err)
	}
	v := deliveriesView{State: string(f.State), Clear: deliveriesPath, Said: s.saidOfDeliveries(r.URL.Query())}
	if len(list) > deliveriesAtOnce {
		list = list[:deliveriesAtOnce]
		last := list[len(list)-1]
		v.Older = withValue(deliveriesAt(f), "after", writePosition(news.Position{Time: last.Created, ID: last.ID}))
	}
	v.Back = deliveriesAt(f)
	if !f.After.IsZero() {
		v.Newest = v.Back
		v.Back = withValue(v.Back, "after", writePosition(f.After))
	}
	names := map[string]string{}
	for _, sub := range subs {
		names[sub.ID] = sub.Name
	}
	if v.Rows, err = s.deliveryRows(r.Context(), list, names); err != nil {
		return view{}, err
	}
	for _, row := range v.Rows {
		v.CanReplay, v.CanDropAny = v.CanReplay || row.CanReplay, v.CanDropAny || row.CanDrop
	}
	s.tellDeliveries(&v, f, subs, names)
	return view{template: "deliveries", title: s.say("alerts.deliveries"), nav: "subscriptions", totals: t, body: v}, nil
}

// choose fills what the page offers to choose from, and what is chosen.
func (s *Server) tellDeliveries(v *deliveriesView, f news.DeliveryFilter, subs []news.Subscription, names map[string]string) {
	for _, state := range []news.DeliveryState{"", news.DeliveryWaiting, news.DeliveryHeld, news.DeliverySent, news.DeliveryDead} {
		one := f
		one.State = state
		name := labelName{Word: s.say("all")}
		if state != "" {
			w := s.nameDelivery(state)
			name = labelName{Word: capital(w.Word), Class: w.Class, Icon: w.Icon}
		}
		v.States = append(v.States, segment{Label: name, Address: deliveriesAt(one), Current: state == f.State})
	}
	if f.Subscription != "" {
		one := f
		one.Subscription = ""
		v.Chosen = append(v.Chosen, chosenFilter{s.say("alerts.subscription"), cmp.Or(names[f.Subscription], f.Subscription), deliveriesAt(one)})
	}
	if f.Channel != "" {
		one := f
		one.Channel = ""
		v.Chosen = append(v.Chosen, chosenFilter{s.say("alerts.channel"), f.Channel, deliveriesAt(one)})
	}
	channels := map[string]bool{}
	for _, sub := range subs {
		v.Subscriptions = append(v.Subscriptions, formChoice{Value: sub.ID, Name: sub.Name, Chosen: sub.ID == f.Subscription})
		for _, c := range sub.ChannelNames() {
			if !channels[c] {
				channels[c] = true
				v.Channels = append(v.Channels, formChoice{Value: c, Name: c, Chosen: c == f.Channel})
			}
		}
	}
	for _, list := range []*[]formChoice{&v.Subscriptions, &v.Channels} {
		slices.SortFunc(*list, func(a, b formChoice) int {
			return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Value, b.Value))
		})
		if len(*list) > mostToChoose {
			*list = nil // a link in each row chooses then
		}
	}
}

// deliveryRows show deliveries, with what each tells of. names are those of subscriptions.
func (s *Server) deliveryRows(ctx context.Context, list []news.Delivery, names map[string]string) (rows []deliveryRow, err error) {
	type told struct{ title, record, lang string }
	known := map[int64]told{} // by change
	for _, d := range list {
		row := deliveryRow{
			ID: d.ID, Link: deliveriesPath + "/" + d.ID, Created: s.moment(d.Created), Sent: s.moment(d.Sent), State: s.nameDelivery(d.State),
			Subscription: subscriptionPath(d.Subscription), Name: names[d.Subscription], Channel: d.Channel, Attempts: d.Attempts, Answer: d.Answer,
			OfSubscription: deliveriesAt(news.DeliveryFilter{Subscription: d.Subscription}), OfChannel: deliveriesAt(news.DeliveryFilter{Channel: d.Channel}),
			Failed: d.State == news.DeliveryDead, CanReplay: d.State == news.DeliveryHeld || d.State == news.DeliveryDead, CanDrop: d.State == news.DeliveryDead,
		}
		if row.Name == "" {
			row.Name, row.Subscription = s.say("delivery.removed"), ""
		}
		if d.State == news.DeliveryWaiting {
			row.Next = s.due(d.Next)
		}
		if _, is := d.Notice(); is {
			row.Title = s.say("delivery.notice")
			rows = append(rows, row)
			continue
		}
		x, read := known[d.Change]
		if !read {
			if x.title, x.record, x.lang, err = s.toldBy(ctx, d.Change); err != nil {
				return nil, err
			}
			known[d.Change] = x
		}
		row.Title, row.Record, row.Lang = x.title, x.record, x.lang
		rows = append(rows, row)
	}
	return rows, nil
}

// toldBy is the article of which a change tells.
func (s *Server) toldBy(ctx context.Context, change int64) (title, record, lang string, err error) {
	gone := s.say("delivery.gone")
	changes, err := s.Reader.Changes(ctx, change-1, 1)
	if err != nil {
		return "", "", "", fmt.Errorf("read what a delivery tells: %w", err)
	}
	if len(changes) == 0 || changes[0].Sequence != change || changes[0].Record == "" {
		return gone, "", "", nil
	}
	r, err := s.Reader.Record(ctx, changes[0].Record)
	if errors.Is(err, news.ErrNotFound) {
		return gone, "", "", nil
	}
	if err != nil {
		return "", "", "", fmt.Errorf("read what a delivery tells: %w", err)
	}
	return titleOf(r), "/records/" + r.ID, langAttr(r.Language), nil
}

// deliveryView is the page of one delivery.
type deliveryView struct {
	deliveryRow

	Message, Batch string
	Due            moment
	Tries          []tryRow
	Said           string
	Back           string
}

// A tryRow is one try.
type tryRow struct {
	Number       int
	Time         moment
	Took, Answer string
	State        stateName
}

func (s *Server) showDelivery(r *http.Request) (view, error) {
	id := r.PathValue("id")
	if !idForm.MatchString(id) {
		return view{}, news.ErrNotFound
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	d, tries, err := s.Alerts.Outbox.Delivery(r.Context(), id)
	if err != nil {
		return view{}, fmt.Errorf("read delivery %s: %w", id, err)
	}
	names := map[string]string{}
	switch sub, err := s.Alerts.Subscriptions.Subscription(r.Context(), d.Subscription); {
	case err == nil:
		names[sub.ID] = sub.Name
	case !errors.Is(err, news.ErrNotFound):
		return view{}, fmt.Errorf("read subscription %s: %w", d.Subscription, err)
	}
	rows, err := s.deliveryRows(r.Context(), []news.Delivery{d}, names)
	if err != nil {
		return view{}, err
	}
	v := deliveryView{deliveryRow: rows[0], Message: d.Message, Batch: d.Batch, Due: s.moment(d.Due), Said: s.saidOfDeliveries(r.URL.Query()), Back: deliveriesPath + "/" + d.ID}
	for _, x := range tries {
		v.Tries = append(v.Tries, tryRow{x.Number, s.moment(x.Time), lastingMillis(x.Took.Milliseconds()), x.Answer, s.nameTry(x.Outcome)})
	}
	return view{template: "delivery", title: s.say("delivery"), nav: "subscriptions", totals: t, body: v}, nil
}

func lastingMillis(ms int64) string {
	if ms < 1000 {
		return strconv.FormatInt(ms, 10) + " ms"
	}
	return fmt.Sprintf("%.1f s", float64(ms)/1000)
}

// saidOfDeliveries is what a page says after an act. Of the address it takes a number.
func (s *Server) saidOfDeliveries(v url.Values) string {
	n, err := strconv.ParseInt(v.Get("n"), 10, 32)
	if err != nil || n < 0 {
		return ""
	}
	switch v.Get("did") {
	case "replayed":
		return s.say("deliveries.replayed", "n", n)
	case "dropped":
		return s.say("deliveries.dropped", "n", n)
	}
	return ""
}

// actDeliveries replays or drops the deliveries that were chosen.
func (s *Server) actDeliveries(r *http.Request) (view, error) {
	ids := r.PostForm["id"]
	if len(ids) == 0 || len(ids) > maxBatch {
		return view{}, fault{"fault.choose", []any{"most", maxBatch}, news.ErrInvalid}
	}
	var n int64
	var err error
	back, did := alertsBack(r.PostForm.Get("back")), "replayed"
	switch r.PostForm.Get("act") {
	case "replay":
		n, err = s.Alerts.Outbox.Replay(r.Context(), ids)
	case "drop":
		did = "dropped"
		n, err = s.Alerts.Outbox.DropDeliveries(r.Context(), ids)
		if back.Path != deadPath {
			back.Path = deliveriesPath // its own page is gone
		}
	default:
		return view{}, fault{"fault.noact", []any{"act", cut(r.PostForm.Get("act"), 40)}, news.ErrInvalid}
	}
	v := back.Query()
	v.Set("did", did)
	v.Set("n", strconv.FormatInt(n, 10))
	back.RawQuery = v.Encode()
	return view{redirect: back.String()}, err
}

// alertsBack is the page that a form came from, if it is one of those that have forms.
func alertsBack(raw string) *url.URL {
	u, err := url.Parse(raw)
	ours := err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && u.Fragment == "" && !strings.Contains(u.Path, "//") && !strings.Contains(u.Path, "\\")
	if !ours || u.Path != deliveriesPath && u.Path != deadPath && !strings.HasPrefix(u.Path, deliveriesPath+"/") {
		return &url.URL{Path: deliveriesPath}
	}
	return u
}
