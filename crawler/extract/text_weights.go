package extract

import "math"

// keepScore is the score from which a block is part of the article.
const keepScore = 0.5

var weights = features{
	fBias: -1.82, fReadable: 0.22, fTraf: 0.13, fBoth: 1.20, fWideRead: 0.40, fWideTraf: 0.37, fSize: -0.29, fShort: -0.69,
	fLong: 0.76, fShortBoth: 0.52, fLinked: -1.29, fAllLink: -0.40, fLinkedVote: -0.22, fSentence: 0.73, fParagraph: -0.46,
	fHeading: 0.07, fItem: -0.26, fItemBoth: 0.55, fCell: -0.09, fQuote: -0.07, fLoose: -1.00, fBody: -0.20, fArticle: 0.06,
	fMain: 0.23, fChrome: -0.60, fHeader: -0.45, fFigure: -0.26, fCaption: -0.19, fByline: -0.34, fAuthorBox: -0.37,
	fBio: -0.20, fBad: -1.12, fStand: 0.68, fEmbed: -0.62, fInfo: -0.70, fHidden: -0.34, fParent: 0.31, fGrand: 0.71,
	fParentVote: -0.14, fKind: 1.13, fKindVote: 0.34, fHost: 1.45, fHostVote: 0.29, fSiblings: 0.08, fBefore: -0.42,
	fAfter: 0.58, fHeadAfter: 0.75, fInSpan: 0.16, fAhead: -0.86, fBehind: -1.12, fBehindBoth: -0.45, fInBox: -0.53,
	fNear: 0.39, fTitle: -1.05, fSummary: 0.12, fAgain: -0.65, fNoise: -1.08, fAuthor: -0.55, fData: -0.02, fNoData: -0.37,
	fDate: -0.24, fColon: -0.16,
}

// judge gives the probability that a block is part of the article.
func judge(f *features) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * f[i]
	}
	return 1 / (1 + math.Exp(-sum))
}
