package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"edict/news"
	"edict/store"
	"edict/store/storetest"
)

func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "edict")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "edict.db"), slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		panic(err)
	}
	defer s.Close()

	// The crawler enters an article into the ledger, the sink keeps its record.
	article := storetest.Article(1)
	if _, err := s.Enter(ctx, article, storetest.Visit(article)); err != nil {
		panic(err)
	}
	if err := s.Keep(ctx, []news.Record{storetest.Record(1)}); err != nil {
		panic(err)
	}
	// A reader of changes brings the search index up to date.
	if _, err := s.Index(ctx, 100); err != nil {
		panic(err)
	}
	found, err := s.Records(ctx, news.Filter{Words: "挖矿", Jurisdiction: "CN", Limit: 10})
	if err != nil {
		panic(err)
	}
	for _, r := range found {
		fmt.Println(r.Title)
		for _, tag := range r.Tags {
			fmt.Println(tag.Label, tag.Jurisdiction, tag.Evidence[0].Quote)
		}
	}
	balance, err := s.Balance(ctx)
	if err != nil {
		panic(err)
	}
	fmt.Println(balance.Stored, "of", balance.Total, "stored")
	// Output:
	// 江西关停比特币挖矿并扶持区块链，第1号通知
	// pro_blockchain_policy CN-JX 扶持区块链
	// mining_crackdown CN 关停比特币挖矿
	// 1 of 1 stored
}
