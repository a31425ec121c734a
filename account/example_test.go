package account_test

import (
	"fmt"

	"edict/account"
)

func ExampleRole_Scopes() {
	for _, r := range account.Roles() {
		fmt.Println(r, r.Scopes())
	}
	// Output:
	// reader [read subscribe]
	// analyst [read subscribe review]
	// admin [read subscribe review admin]
}
